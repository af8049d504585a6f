using AttnGan.Server.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace AttnGan.Server.Tests;

public sealed class ServerSettingsTests
{
    [Fact]
    public void Defaults_apply_without_settings()
    {
        ServerOptions options = Read();

        Assert.Equal("http://127.0.0.1:5080", options.Urls);
        Assert.Null(options.Model);
        Assert.Null(options.Models);
        Assert.Null(options.ApiKey);
        Assert.Empty(options.ApiKeys);
        Assert.Empty(options.CorsOrigins);
        Assert.Equal(1024, options.MaxScaledSize);
        Assert.False(options.ForwardedHeaders);
        Assert.False(options.Mcp);
        Assert.Equal((0, 8, 256), (options.Threads, options.MaxBatchSize, options.QueueLength));
        Assert.Equal((500, 16, 64, 60), (options.MaxCaptionLength, options.MaxCaptions, options.MaxImages, options.MaxFrames));
        Assert.Equal((65536, 0), (options.MaxBodySize, options.RateLimit));
        Assert.Equal((TimeSpan.Zero, TimeSpan.FromSeconds(30)), (options.BatchWait, options.ShutdownTimeout));
    }

    [Fact]
    public void The_command_line_overrides_the_environment_which_overrides_the_file()
    {
        ServerOptions options = Read(
            ("Server:MaxBatchSize", "2"), ("ATTNGAN_MAX_BATCH_SIZE", "3"), ("max-batch-size", "4"),
            ("Server:MaxFrames", "5"), ("ATTNGAN_MAX_FRAMES", "6"),
            ("Server:MaxCaptions", "7"));

        Assert.Equal((4, 6, 7), (options.MaxBatchSize, options.MaxFrames, options.MaxCaptions));
    }

    [Fact]
    public void Every_setting_can_be_set_on_the_command_line_in_the_environment_and_in_the_file()
    {
        var values = new Dictionary<string, string>
        {
            ["urls"] = "http://*:8080;https://[::1]:1",
            ["model"] = Repository.BundledModel,
            ["models"] = Repository.Root,
            ["threads"] = "2",
            ["device"] = "cuda:1",
            ["max-batch-size"] = "9",
            ["batch-wait"] = "3",
            ["queue-length"] = "99",
            ["max-caption-length"] = "4",
            ["max-captions"] = "5",
            ["max-images"] = "6",
            ["max-scaled-size"] = "12",
            ["max-frames"] = "7",
            ["max-body-size"] = "8",
            ["rate-limit"] = "10",
            ["api-key"] = "k, l",
            ["cors"] = "https://example.org, http://localhost:3000",
            ["mcp"] = "true",
            ["forwarded-headers"] = "true",
            ["shutdown-timeout"] = "11",
        };
        Assert.Equal(ServerSettings.All.Select(setting => setting.Name), values.Keys);

        ServerOptions expected = new()
        {
            Urls = "http://*:8080;https://[::1]:1",
            Model = Repository.BundledModel,
            Models = Repository.Root,
            Threads = 2,
            Device = "cuda:1",
            MaxBatchSize = 9,
            BatchWait = TimeSpan.FromMilliseconds(3),
            QueueLength = 99,
            MaxCaptionLength = 4,
            MaxCaptions = 5,
            MaxImages = 6,
            MaxScaledSize = 12,
            MaxFrames = 7,
            MaxBodySize = 8,
            RateLimit = 10,
            ApiKey = "k, l",
            Cors = "https://example.org, http://localhost:3000",
            Mcp = true,
            ForwardedHeaders = true,
            ShutdownTimeout = TimeSpan.FromSeconds(11),
        };
        Assert.Equal(expected, Read([.. values.Select(pair => (pair.Key, pair.Value))]));
        Assert.Equal(expected, Read([.. ServerSettings.All.Select(setting => (setting.EnvironmentVariable, values[setting.Name]))]));
        Assert.Equal(expected, Read([.. ServerSettings.All.Select(setting => (setting.Key, values[setting.Name]))]));
        Assert.Equal(["k", "l"], expected.ApiKeys);
        Assert.Equal(["https://example.org", "http://localhost:3000"], expected.CorsOrigins);
    }

    [Theory]
    [InlineData("threads", "x", "`threads` is \"x\"; expected an integer")]
    [InlineData("threads", "-1", "`threads` is -1; expected at least 0")]
    [InlineData("device", "gpu", "`device` is \"gpu\"; expected cpu, cuda (cuda:1 for the second GPU) or coreml.")]
    [InlineData("max-batch-size", "0", "`max-batch-size` is 0; expected at least 1")]
    [InlineData("max-frames", "1", "`max-frames` is 1; expected at least 2")]
    [InlineData("queue-length", "63", "less than the 64 images")]
    [InlineData("batch-wait", "1001", "`batch-wait` is 1001 ms")]
    [InlineData("shutdown-timeout", "-1", "`shutdown-timeout` is -1 s")]
    [InlineData("forwarded-headers", "yes", "expected true or false")]
    [InlineData("max-scaled-size", "0", "`max-scaled-size` is 0; expected at least 1")]
    [InlineData("cors", " , ", "`cors` is empty")]
    [InlineData("cors", "*, example.org", "`cors`: \"example.org\" is not an origin")]
    [InlineData("cors", "https://example.org/", "`cors`: \"https://example.org/\" is not an origin")]
    [InlineData("api-key", " , ", "`api-key` is empty")]
    [InlineData("api-key", "", "`api-key` is empty")]
    [InlineData("urls", "", "`urls` is empty")]
    [InlineData("urls", "localhost:80", "\"localhost:80\" is not an address")]
    [InlineData("urls", "ftp://localhost", "\"ftp://localhost\" is not an address")]
    [InlineData("urls", "http://127.0.0.l:5080", "has the host \"127.0.0.l\"; expected an IP address, localhost, or *")]
    [InlineData("urls", "http://example.org", "has the host \"example.org\"")]
    [InlineData("urls", "http://[::1:5080", "has the host \"[::1")]
    [InlineData("urls", "http://127.0.0.1:5080x", "has the host \"127.0.0.1:5080x\"")]
    [InlineData("urls", "http://127.0.0.1:99999", "has the port 99999; expected 0 to 65535")]
    [InlineData("urls", "http://127.0.0.1:-1", "has the port -1; expected 0 to 65535")]
    [InlineData("urls", "http://127.0.0.1:5080/base", "has the path /base; the server can only be at the root")]
    [InlineData("urls", "http://localhost:0", "use http://127.0.0.1:0")]
    [InlineData("urls", "http://:5080", "is not an address")]
    [InlineData(
        "Kestrel:Endpoints:Http:Url", "http://127.0.0.l:5080", "`Kestrel:Endpoints:Http:Url`: \"http://127.0.0.l:5080\" has the host")]
    [InlineData("Kestrel:Endpoints:Http:Url", "nothing", "`Kestrel:Endpoints:Http:Url`: \"nothing\" is not an address")]
    [InlineData("models", "/nowhere", "the folder `/nowhere` does not exist")]
    [InlineData("model", "/nowhere.onnx", "`/nowhere.onnx` is neither a file nor the name of a bundled model")]
    [InlineData("Server:MaxBatchSizes", "1", "`Server:MaxBatchSizes` is not a setting; valid keys: Urls, Model, Models,")]
    public void Invalid_settings_are_reported(string name, string value, string message) =>
        Assert.Contains(message, Assert.Throws<AttnGanException>(() => Read((name, value))).Message);

    [Fact]
    public void The_model_can_be_the_name_of_a_bundled_one() => Assert.Equal("emoji", Read(("model", "emoji")).Model);

    [Fact]
    public void Reports_all_problems_together()
    {
        string message = Assert.Throws<AttnGanException>(() => Read(("threads", "x"), ("max-batch-size", "0"), ("urls", "x"))).Message;

        Assert.All(["`threads`", "`max-batch-size`", "`urls`"], name => Assert.Contains(name, message));
    }

    [Fact]
    public void Unknown_arguments_are_rejected_except_those_of_the_host()
    {
        ServerSettings.CheckArguments(
            ["--max-batch-size=4", "--urls", "http://x", "--environment=Development", "--Logging:LogLevel:Default=Debug"]);

        Assert.Contains("`--max-batchsize`", Assert.Throws<AttnGanException>(
            () => ServerSettings.CheckArguments(["--max-batchsize", "4"])).Message);
    }

    [Fact]
    public void Help_and_documentation_list_every_setting()
    {
        string documentation = File.ReadAllText(Path.Combine(Repository.Root, "docs", "serving.md"));

        Assert.All(ServerSettings.All, setting =>
        {
            Assert.Contains($"  {setting.Option} {setting.Value}\n", ServerSettings.Help());
            Assert.Contains($"| `{setting.Option}` |", documentation);
        });
    }

    [Theory]
    [InlineData("http://127.0.0.1")]
    [InlineData("HTTP://LOCALHOST:5080/")]
    [InlineData("http://*:5080")]
    [InlineData("http://+:0")]
    [InlineData("http://[::]:5080;https://10.0.0.1:65535")]
    [InlineData("http://unix:/tmp/attngan.sock")]
    public void Addresses_of_this_machine_are_accepted(string urls) => Assert.Equal(urls, Read(("urls", urls)).Urls);

    /// <summary>Errors that only the web server can detect. A settings file can have endpoints that replace `urls`.</summary>
    [Theory]
    [InlineData("https needs a certificate", "--urls=https://127.0.0.1:0")]
    [InlineData("/nowhere.pfx", "--urls=https://127.0.0.1:0", "--Kestrel:Certificates:Default:Path=/nowhere.pfx")]
    [InlineData("192.0.2.1", "--urls=http://192.0.2.1:5080")]
    [InlineData("/nowhere/socket", "--urls=http://unix:/nowhere/socket")]
    [InlineData("section `Kestrel`", "--Kestrel:Endpoints:Http:Port=1")]
    [InlineData("/nowhere.pfx", "--Kestrel:Endpoints:Https:Url=https://127.0.0.1:0", "--Kestrel:Certificates:Default:Path=/nowhere.pfx")]
    public async Task Errors_of_the_web_server_are_one_line_without_a_stack_trace(string message, params string[] arguments)
    {
        var log = new CollectedLog();
        await using Microsoft.AspNetCore.Builder.WebApplication app =
            ServerApplication.Create(arguments, builder => builder.Logging.ClearProviders().AddProvider(log));

        AttnGanException error = await Assert.ThrowsAsync<AttnGanException>(app.ListenAsync);

        Assert.StartsWith("The server cannot listen ", error.Message);
        Assert.Contains(message, error.Message);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain(log.Lines, line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{ \"Server\": 1, \"Server\": 2 }")]
    public void A_settings_file_that_cannot_be_read_is_reported(string json)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.PathOf("appsettings.json"), json);

        AttnGanException error = Assert.Throws<AttnGanException>(() => ServerApplication.Create([$"--contentroot={folder.Path}"]));

        Assert.StartsWith("The server settings cannot be read: ", error.Message);
        Assert.Contains("appsettings.json", error.Message);
    }

    [Fact]
    public async Task An_address_in_use_is_reported()
    {
        var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        await using Microsoft.AspNetCore.Builder.WebApplication app = ServerApplication.Create([$"--urls=http://{listener.LocalEndpoint}"]);

        AttnGanException error = await Assert.ThrowsAsync<AttnGanException>(app.ListenAsync);

        Assert.Contains($"cannot listen on http://{listener.LocalEndpoint}", error.Message);
        listener.Stop();
    }

    private static ServerOptions Read(params (string Name, string Value)[] values) => ServerSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(values.Select(value => KeyValuePair.Create<string, string?>(value.Name, value.Value))).Build());
}
