import org.codelibs.opensearch.runner.OpenSearchRunner;

/** One node of a cluster on loopback, so that it can be killed alone: name, HTTP port, transport port, folder, all transport addresses, all names. */
public class Node {
    public static void main(String[] given) throws Exception {
        OpenSearchRunner runner = new OpenSearchRunner();
        runner.setMaxHttpPort(-1); // the ports are given, it need not look for free ones
        runner.onBuild((number, settings) -> {
            settings.put("discovery.type", "zen"); // the runner's own for one node is a cluster of one
            settings.put("node.name", given[0]);
            settings.put("network.host", "127.0.0.1");
            settings.put("http.port", given[1]);
            settings.put("transport.port", given[2]);
            settings.putList("discovery.seed_hosts", given[4].split(","));
            settings.putList("cluster.initial_cluster_manager_nodes", given[5].split(","));
            settings.put("cluster.routing.allocation.disk.threshold_enabled", false); // a full disk is the developer's
        }).build(OpenSearchRunner.newConfigs().numOfNode(1).clusterName("loccit-tests").basePath(given[3]));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            try {
                runner.close();
            } catch (Exception error) {
                error.printStackTrace();
            }
        }));
        while (!runner.isClosed()) {
            Thread.sleep(500);
        }
    }
}
