using System.ComponentModel;
using System.Text.Json.Serialization;

namespace AttnGan.Server.WebUi;

/// <summary>The options of Automatic1111's API: only the model.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record WebUiOptions
{
    [Description("Name of the model.")]
    [JsonPropertyName("sd_model_checkpoint")]
    public string? Checkpoint { get; init; }
}
