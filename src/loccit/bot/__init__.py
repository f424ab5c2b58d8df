"""The Telegram bot: an answer becomes a reply, a tap on a source its proof."""
