using ModelContextProtocol.Protocol;

namespace AttnGan.Server.Mcp;

/// <summary>The server of the Model Context Protocol, on any transport.</summary>
internal static class McpTools
{
    public static IMcpServerBuilder AddTools(this IServiceCollection services) => services
        .AddMcpServer(server =>
        {
            server.ServerInfo = new Implementation { Name = "attngan", Title = "AttnGAN", Version = AttnGanVersion.Number };
            server.ServerInstructions =
                "Generates small images from captions with a model that knows a limited vocabulary. Where a word is unknown, use the " +
                "tool `vocabulary` to find a known one.";
        })
        .WithTools<GenerationTools>();
}
