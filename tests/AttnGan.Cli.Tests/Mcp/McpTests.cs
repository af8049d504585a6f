using System.Collections.Concurrent;
using AttnGan.Imaging;
using ModelContextProtocol.Client;
using ModelContextProtocol.Protocol;

namespace AttnGan.Cli.Tests.Mcp;

/// <summary>The official client of the Model Context Protocol starts the command, as agents do.</summary>
public sealed class McpTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_generates_explains_and_looks_up_words()
    {
        using var workspace = new Workspace();
        // The server's settings are not those of the folder that the agent works in.
        await File.WriteAllTextAsync(workspace.PathOf("appsettings.json"), "damaged", Cancellation);
        AttnganProcess.Run(workspace.Root, "generate", "a red heart", "--seed", "7").HasExitCode(0);
        ConcurrentQueue<string> errors = [];
        var transport = new StdioClientTransport(new StdioClientTransportOptions
        {
            Command = AttnganProcess.Dotnet,
            Arguments = [AttnganProcess.Assembly, "mcp", "--model", "emoji"],
            WorkingDirectory = workspace.Root,
            StandardErrorLines = errors.Enqueue,
        });
        await using (McpClient client = await McpClient.CreateAsync(transport, cancellationToken: Cancellation))
        {
            Assert.Equal(
                ["explain", "generate", "vocabulary"],
                (await client.ListToolsAsync(cancellationToken: Cancellation)).Select(tool => tool.Name).Order());

            CallToolResult generated = await CallAsync(client, "generate", ("caption", "a red heart"), ("seed", 7));
            Assert.Equal(
                await File.ReadAllBytesAsync(workspace.PathOf("out/a-red-heart-s7.png"), Cancellation),
                Assert.Single(generated.Content.OfType<ImageContentBlock>()).DecodedData.ToArray());

            CallToolResult explained = await CallAsync(client, "explain", ("caption", "a red heart"), ("seed", 7));
            Assert.Contains("Stage 3 attends most to: ", Assert.Single(explained.Content.OfType<TextContentBlock>()).Text);
            var figure = RgbImage.Decode(
                Assert.Single(explained.Content.OfType<ImageContentBlock>()).DecodedData.Span, RgbColor.White, "figure");
            Assert.True(figure.Width > 400);

            CallToolResult words = await CallAsync(client, "vocabulary", ("near", "hart"));
            Assert.Equal("harp, hat, heart", Assert.Single(words.Content.OfType<TextContentBlock>()).Text);

            CallToolResult refused = await CallAsync(client, "generate", ("caption", "hart"));
            Assert.True(refused.IsError);
        }

        Assert.Empty(errors);
    }

    [Fact]
    public void A_damaged_model_is_reported_in_one_message()
    {
        using var workspace = new Workspace();
        File.WriteAllText(workspace.PathOf("no-model.onnx"), "no model");

        AttnganProcess.Result result = workspace.Run("mcp", "--model", "no-model.onnx").HasExitCode(1);

        Assert.Empty(result.Output);
        Assert.StartsWith("error: ", result.Error);
        Assert.Contains("not an ONNX file", result.Error);
        Assert.DoesNotContain("   at ", result.Error);
    }

    private static Task<CallToolResult> CallAsync(McpClient client, string tool, params (string Name, object? Value)[] arguments) =>
        client.CallToolAsync(
            tool, arguments.ToDictionary(argument => argument.Name, argument => argument.Value), cancellationToken: Cancellation).AsTask();
}
