"""What Telegram refuses, in its own words."""

from typing import Any

Json = dict[str, Any]


class RefusedError(Exception):
    """Ends a call with an error answer, as the real server words it."""

    def __init__(self, error_code: int, description: str, **parameters: float) -> None:
        super().__init__(description)
        self.error_code = error_code
        self.description = description
        self.parameters = parameters

    def response(self) -> Json:
        response: Json = {"ok": False, "error_code": self.error_code, "description": self.description}
        if self.parameters:
            response["parameters"] = self.parameters
        return response


def bad_request(text: str) -> RefusedError:
    """Telegram lowers the first letter of a sentence, but not of an ALL_CAPS code."""
    is_code = len(text) > 1 and (text[1] == "_" or text[1].isupper())
    return RefusedError(400, f"Bad Request: {text if is_code else text[:1].lower() + text[1:]}")


def forbidden(text: str) -> RefusedError:
    return RefusedError(403, f"Forbidden: {text}")


def too_many_requests(retry_after: float) -> RefusedError:
    return RefusedError(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)
