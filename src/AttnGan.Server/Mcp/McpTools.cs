using System.Text.Json;
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
        .WithTools<GenerationTools>()
        .WithRequestFilters(filters => filters.AddCallToolFilter(next => async (request, cancellation) =>
        {
            try
            {
                return await next(request, cancellation);
            }
            catch (Exception error) when (error is JsonException or ArgumentException)
            {
                // The protocol's library would log it as a bug of this program, and not tell the agent.
                return GenerationTools.Error(
                    $"The arguments do not match the parameters of the tool `{request.Params?.Name}`: a required one is missing, or one " +
                    "has the wrong type.");
            }
        }));
}
