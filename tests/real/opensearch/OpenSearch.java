import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.index.reindex.ReindexModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * One node on loopback with what it holds in a folder: `java -cp 'lib/*' OpenSearch.java PORT FOLDER`; with
 * `TRANSPORT_PORT FIRST_TRANSPORT_PORT` after that, one of a cluster, whose first node has both alike.
 */
class OpenSearch extends Node {
    OpenSearch(Settings settings) {
        super(InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), null, () -> "parley"), PLUGINS, false);
    }

    static final List<PluginInfo> PLUGINS =
        Stream.of(Netty4ModulePlugin.class, ReindexModulePlugin.class, MapperExtrasModulePlugin.class)
            .map(OpenSearch::described)
            .toList();

    static PluginInfo described(Class<? extends Plugin> plugin) {
        return new PluginInfo(plugin.getName(), "", "", Version.CURRENT, "21", plugin.getName(), List.of(), false);
    }

    public static void main(String[] arguments) throws Exception {
        var settings = Settings.builder()
            .put("path.home", arguments[1])
            .put("http.port", arguments[0])
            .put("network.host", "127.0.0.1")
            .put("cluster.routing.allocation.disk.threshold_enabled", false);
        if (arguments.length == 2) {
            settings.put("transport.port", "0").put("discovery.type", "single-node");
        } else {
            settings.put("node.name", arguments[2])
                .put("transport.port", arguments[2])
                .put("discovery.seed_hosts", "127.0.0.1:" + arguments[3])
                .put("cluster.initial_cluster_manager_nodes", arguments[3]);
        }
        try (var node = new OpenSearch(settings.build()).start()) {
            System.in.read(); // until whoever started this has ended, however it ended
        }
        System.exit(0);
    }
}
