using System.Net;
using System.Net.Http.Headers;
using AttnGan.Server.Page;

namespace AttnGan.Server.Tests;

public sealed class PageTests(DefaultServer server) : IClassFixture<DefaultServer>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_file_of_the_page_is_served_with_its_content_type()
    {
        string folder = Path.Combine(Repository.Root, "src", "AttnGan.Server", "wwwroot");
        string[] files =
        [
            .. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder, file).Replace('\\', '/')).Order(StringComparer.Ordinal),
        ];

        Assert.Equal(files, PageFiles.Read().Select(file => file.Path).Order(StringComparer.Ordinal));
        foreach (string file in files)
        {
            using HttpResponseMessage response = await server.Client.GetAsync($"/{file}", Cancellation);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.NotEqual("application/octet-stream", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(
                await File.ReadAllBytesAsync(Path.Combine(folder, file), Cancellation),
                await response.Content.ReadAsByteArrayAsync(Cancellation));
        }
    }

    [Fact]
    public async Task Browsers_revalidate_the_page()
    {
        using HttpResponseMessage first = await server.Client.GetAsync("/", Cancellation);
        Assert.Equal("text/html; charset=utf-8", first.Content.Headers.ContentType?.ToString());
        Assert.True(first.Headers.CacheControl?.NoCache);

        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        using HttpResponseMessage second = await server.Client.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);

        using var stale = new HttpRequestMessage(HttpMethod.Get, "/");
        stale.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\""));
        using HttpResponseMessage third = await server.Client.SendAsync(stale, Cancellation);
        Assert.Equal(HttpStatusCode.OK, third.StatusCode);
    }

    [Theory]
    [InlineData("/v1/vocabulary?limit=1000")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/")]
    public async Task Text_is_compressed_for_clients_that_accept_it(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("br");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        Assert.Equal(["br"], response.Content.Headers.ContentEncoding);
    }

    [Fact]
    public async Task Images_are_not_compressed_twice()
    {
        using HttpRequestMessage request = Api.Post("/v1/images", """{ "caption": "a star" }""", "image/png");
        request.Headers.AcceptEncoding.ParseAdd("br");
        using HttpResponseMessage response = await server.Client.SendAsync(request, Cancellation);

        Assert.Empty(response.Content.Headers.ContentEncoding);
    }
}
