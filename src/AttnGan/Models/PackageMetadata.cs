using System.Text.Json.Serialization;
using AttnGan.Text;

namespace AttnGan.Models;

/// <summary>How a model package's captions are cut into words.</summary>
internal sealed record TokenizerSettings
{
    public required TokenizerMode Mode { get; init; }

    /// <summary>Longest caption that is read whole, in known words.</summary>
    public required int MaxWords { get; init; }
}

/// <summary>JSON of the metadata: camel case, enumerations by name.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(ModelArchitecture))]
[JsonSerializable(typeof(TokenizerSettings))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class PackageMetadata : JsonSerializerContext
{
    public const string FormatKey = "attngan.format";
    public const string ArchitectureKey = "attngan.architecture";
    public const string TokenizerKey = "attngan.tokenizer";
    public const string VocabularyKey = "attngan.vocabulary";
    public const string CardKey = "attngan.card";
}
