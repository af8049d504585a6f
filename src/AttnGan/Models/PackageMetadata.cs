using System.Text.Json.Serialization;
using AttnGan.Text;

namespace AttnGan.Models;

/// <summary>The settings of a model package's tokenizer.</summary>
internal sealed record TokenizerSettings
{
    /// <summary>The mode of the tokenizer.</summary>
    public required TokenizerMode Mode { get; init; }

    /// <summary>The maximum number of known words of a caption; the rest is ignored.</summary>
    public required int MaxWords { get; init; }
}

/// <summary>The keys and the JSON serialization of the metadata: camel case, enumerations by name.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip)]
[JsonSerializable(typeof(ModelArchitecture))]
[JsonSerializable(typeof(TokenizerSettings))]
[JsonSerializable(typeof(ModelCard))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class PackageMetadata : JsonSerializerContext
{
    public const string FormatKey = "attngan.format";
    public const string ArchitectureKey = "attngan.architecture";
    public const string TokenizerKey = "attngan.tokenizer";
    public const string VocabularyKey = "attngan.vocabulary";
    public const string CardKey = "attngan.card";
    public const string ReadingsKey = "attngan.readings";
    public const string ReadingsLicenseKey = "attngan.readings.license";
}
