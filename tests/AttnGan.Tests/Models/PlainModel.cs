using System.Runtime.InteropServices;
using System.Text.Json;
using AttnGan.Models;
using AttnGan.Models.Onnx;
using Google.Protobuf;

namespace AttnGan.Tests.Models;

/// <summary>The bundled model without styles: the first layer of its generator has no weights for them.</summary>
internal static class PlainModel
{
    private static readonly Lazy<byte[]> s_file = new(Create);

    /// <summary>The bytes of the package.</summary>
    public static byte[] File => s_file.Value;

    private static byte[] Create()
    {
        var bundled = ModelPackage.Open(Repository.BundledModel);
        ModelProto model = bundled.Model;
        int styles = bundled.Architecture.Styles!.Count;
        TensorProto weight = model.Graph.Initializer.Single(tensor => tensor.Name == TensorNames.SeedWeight);
        int columns = (int)weight.Dims[1];
        Half[] values = MemoryMarshal.Cast<byte, Half>(weight.RawData.Span).ToArray();
        Half[] plain = [.. values.Chunk(columns).SelectMany(row => row[..^styles])];
        weight.RawData = ByteString.CopyFrom(MemoryMarshal.AsBytes(plain.AsSpan()));
        weight.Dims[1] -= styles;
        ValueInfoProto noise = model.Graph.Input.Single(input => input.Name == TensorNames.Noise);
        noise.Type.TensorType.Shape.Dim[1].DimValue -= styles;
        model.MetadataProps.Single(entry => entry.Key == PackageMetadata.ArchitectureKey).Value = JsonSerializer.Serialize(
            bundled.Architecture with { Styles = null }, PackageMetadata.Default.ModelArchitecture);
        return model.ToByteArray();
    }
}
