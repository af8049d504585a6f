using System.ClientModel;
using System.ClientModel.Primitives;
using AttnGan.Server.Configuration;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using OpenAI;

namespace AttnGan.Extensions.AI.Tests;

/// <summary>The adapter of Microsoft for OpenAI's client, with the server.</summary>
public sealed class ServerImageGeneratorTests : ImageGeneratorTests, IDisposable
{
    private readonly ServerFactory _factory = new();
    private readonly HttpClient _http;

    public ServerImageGeneratorTests()
    {
        _http = _factory.CreateClient();
        var options = new OpenAIClientOptions
        {
            Endpoint = new Uri(_http.BaseAddress!, "v1"),
            Transport = new HttpClientPipelineTransport(_http),
            RetryPolicy = new ClientRetryPolicy(0),
        };
        Generator = new OpenAIClient(new ApiKeyCredential("none"), options).GetImageClient("emoji").AsIImageGenerator();
    }

    protected override IImageGenerator Generator { get; }

    public void Dispose()
    {
        Generator.Dispose();
        _http.Dispose();
        _factory.Dispose();
    }

    private sealed class ServerFactory : WebApplicationFactory<ServerOptions>
    {
        protected override void ConfigureWebHost(IWebHostBuilder builder) => builder
            .UseContentRoot(AppContext.BaseDirectory)
            .ConfigureLogging(logging => logging.ClearProviders());
    }
}
