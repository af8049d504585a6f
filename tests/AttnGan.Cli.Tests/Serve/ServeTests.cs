using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace AttnGan.Cli.Tests.Serve;

public sealed class ServeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_server_prints_its_address_generates_the_same_image_as_generate_and_shuts_down_gracefully()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The test sends POSIX signals.");
        using var workspace = new Workspace();
        AttnganProcess.Run(workspace.Root, "generate", "a red heart", "--seed", "7").HasExitCode(0);
        using var serving = AttnganProcess.Start(workspace.Root, "serve", "--urls", "http://127.0.0.1:0");
        serving.WaitUntil("the server listens", () => serving.Output.Contains("Listening at ", StringComparison.Ordinal));

        using var client = new HttpClient { BaseAddress = new Uri(Regex.Match(serving.Output, "Listening at (\\S+) ").Groups[1].Value) };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/images")
        {
            Content = new StringContent("""{ "caption": "a red heart", "seed": 7 }""", Encoding.UTF8, "application/json"),
        };
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("image/png"));
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        Assert.Equal(
            await File.ReadAllBytesAsync(workspace.PathOf("out/a-red-heart-s7.png"), Cancellation),
            await response.Content.ReadAsByteArrayAsync(Cancellation));

        serving.Signal(AttnganProcess.SigInt);
        AttnganProcess.Result result = serving.WaitForExit().HasExitCode(0);
        Assert.EndsWith("Stopped.\n", result.Output);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("false", false)]
    [InlineData("true", true)]
    public void Assemblies_of_the_agents_protocol_are_loaded_only_for_it(string setting, bool loaded)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test reads /proc.");
        using var workspace = new Workspace();
        using var serving = AttnganProcess.Start(workspace.Root, "serve", "--urls", "http://127.0.0.1:0", "--mcp", setting);
        serving.WaitUntil("the server listens", () => serving.Output.Contains("Listening at ", StringComparison.Ordinal));

        string maps = File.ReadAllText($"/proc/{serving.Id}/maps");

        Assert.Contains("AttnGan.Server.dll", maps);
        Assert.Equal(loaded, maps.Contains("ModelContextProtocol", StringComparison.Ordinal));
        Assert.DoesNotContain("OpenTelemetry.Exporter.OpenTelemetryProtocol", maps);
    }

    [Theory]
    [InlineData("`urls`", "--urls", "http://127.0.0.l:0")]
    [InlineData("`urls`", "--urls", "http://127.0.0.1:99999")]
    [InlineData("`urls`", "--urls", "http://127.0.0.1:0/base")]
    [InlineData("certificate", "--urls", "https://127.0.0.1:0")]
    [InlineData("cannot listen", "--urls", "http://192.0.2.1:5080")]
    [InlineData("not an ONNX file", "--model", "no-model.onnx")]
    public void Errors_at_startup_are_one_message_without_a_stack_trace(string message, string option, string value)
    {
        using var workspace = new Workspace();
        File.WriteAllText(workspace.PathOf("no-model.onnx"), "no model");

        AttnganProcess.Result result = workspace.Run("serve", option, value).HasExitCode(1);

        Assert.DoesNotContain("fail:", result.Output);
        Assert.StartsWith("error: ", result.Error);
        Assert.Contains(message, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.DoesNotContain("bug", result.Error);
        Assert.InRange(result.Error.Count(character => character == '\n'), 1, 2);
    }

    [Fact]
    public void Invalid_settings_are_reported_together()
    {
        string error = AttnganProcess.Run(AppContext.BaseDirectory, "serve", "--max-batch-size", "0", "--urls", "x").HasExitCode(1).Error;

        Assert.StartsWith("error: ", error);
        Assert.Contains("`max-batch-size` is 0", error);
        Assert.Contains("\"x\" is not an address", error);
        Assert.DoesNotContain("   at ", error);
    }
}
