using System.Text.Json;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Google.Protobuf;

namespace AttnGan.Tests.Models;

/// <summary>The bundled model with other names for its styles.</summary>
internal static class StyledModel
{
    /// <summary>The names of the styles; one needs escaping wherever it goes.</summary>
    public static readonly string[] Styles = ["ink", "clay & wool", "crayon"];

    private static readonly Lazy<byte[]> s_file = new(Create);

    /// <summary>The bytes of the package.</summary>
    public static byte[] File => s_file.Value;

    private static byte[] Create()
    {
        var bundled = ModelPackage.Open(Repository.BundledModel);
        ModelProto model = bundled.Model;
        model.MetadataProps.Single(entry => entry.Key == PackageMetadata.ArchitectureKey).Value = JsonSerializer.Serialize(
            bundled.Architecture with { Styles = Styles }, PackageMetadata.Default.ModelArchitecture);
        return model.ToByteArray();
    }
}
