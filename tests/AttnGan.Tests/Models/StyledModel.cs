using System.Runtime.InteropServices;
using System.Text.Json;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Google.Protobuf;

namespace AttnGan.Tests.Models;

/// <summary>The bundled model with styles: the first layer of its generator has a column of weights for each.</summary>
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
        TensorProto weight = model.Graph.Initializer.Single(tensor => tensor.Name == TensorNames.SeedWeight);
        (int rows, int columns) = ((int)weight.Dims[0], (int)weight.Dims[1]);
        ReadOnlySpan<Half> values = MemoryMarshal.Cast<byte, Half>(weight.RawData.Span);
        var styled = new List<Half>(rows * (columns + Styles.Length));
        for (int row = 0; row < rows; row++)
        {
            styled.AddRange(values.Slice(row * columns, columns));
            styled.AddRange(Styles.Select((_, style) => (Half)(row % Styles.Length == style ? 0.5f : 0)));
        }

        weight.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(styled)));
        weight.Dims[1] += Styles.Length;
        ValueInfoProto noise = model.Graph.Input.Single(input => input.Name == TensorNames.Noise);
        noise.Type.TensorType.Shape.Dim[1].DimValue += Styles.Length;
        model.MetadataProps.Single(entry => entry.Key == PackageMetadata.ArchitectureKey).Value = JsonSerializer.Serialize(
            bundled.Architecture with { Styles = Styles }, PackageMetadata.Default.ModelArchitecture);
        return model.ToByteArray();
    }
}
