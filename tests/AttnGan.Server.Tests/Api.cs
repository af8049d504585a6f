using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace AttnGan.Server.Tests;

/// <summary>Sends requests as clients do.</summary>
internal static class Api
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static HttpRequestMessage Post(string path, string json, string? accept = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (accept is not null)
        {
            request.Headers.Accept.ParseAdd(accept);
        }

        return request;
    }

    /// <summary>Posts JSON, and reads a JSON response that must have the status.</summary>
    public static async Task<JsonNode> PostAsync(
        this HttpClient client, string path, string json, HttpStatusCode status = HttpStatusCode.OK, string? accept = null)
    {
        using HttpRequestMessage request = Post(path, json, accept);
        using HttpResponseMessage response = await client.SendAsync(request, Cancellation);
        return await response.ReadAsync(status);
    }

    public static async Task<JsonNode> GetAsync(this HttpClient client, string path, HttpStatusCode status)
    {
        using HttpResponseMessage response = await client.GetAsync(path, Cancellation);
        return await response.ReadAsync(status);
    }

    /// <summary>Reads a JSON response that must have the status; problem details if the status is an error.</summary>
    public static async Task<JsonNode> ReadAsync(this HttpResponseMessage response, HttpStatusCode status)
    {
        string text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(status == response.StatusCode, $"Status {response.StatusCode}, expected {status}: {text}");
        Assert.Equal((int)status < 400 ? "application/json" : "application/problem+json", response.Content.Headers.ContentType?.MediaType);
        JsonNode json = JsonNode.Parse(text)!;
        if ((int)status >= 400)
        {
            Assert.Equal((int)status, (int)json["status"]!);
            Assert.False(string.IsNullOrEmpty((string?)json["title"]));
            Assert.StartsWith("http", (string?)json["type"]);
        }

        return json;
    }

    public static byte[] Bytes(this JsonNode? node) => Convert.FromBase64String((string)node!);

    public static string Header(this HttpHeaders headers, string name) => Assert.Single(headers.GetValues(name));
}
