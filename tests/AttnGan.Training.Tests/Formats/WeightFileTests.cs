using System.Text;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.PyTorch;
using AttnGan.Training.Formats.Safetensors;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Formats;

public sealed class WeightFileTests
{
    [Fact]
    public void The_format_is_recognized_by_content_not_by_name()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        using var folder = new TemporaryDirectory();
        var weights = new Dictionary<string, Tensor> { ["conv.weight"] = arange(6, dtype: float32).view(2, 3) };
        SafetensorsWriter.Write(folder.File("a.pth"), weights, new Dictionary<string, string>());
        PyTorchFileWriter.Write(folder.File("b.safetensors"), weights);

        foreach (string name in (string[])["a.pth", "b.safetensors"])
        {
            using TensorDictionary loaded = WeightFile.Load(folder.File(name));
            (string key, Tensor value) = Assert.Single(loaded);
            Assert.Equal("conv.weight", key);
            Assert.True(value.equal(weights["conv.weight"]).all().item<bool>());
        }
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("zip")]
    public void Both_formats_of_PyTorch_are_read(string format)
    {
        using TensorDictionary weights = WeightFile.Load(ReferenceValues.PathOf($"torch_files/text_encoder_{format}.pth"));

        Assert.Contains("encoder.weight", weights.Keys);
    }

    /// <summary>The length of a header, 640, has the bytes that start a pickle of protocol 2.</summary>
    [Fact]
    public void A_safetensors_file_may_start_like_a_pickle()
    {
        using var folder = new TemporaryDirectory();
        string header = """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""".PadRight(640);
        File.WriteAllBytes(folder.File("a.pth"), [0x80, 2, 0, 0, 0, 0, 0, 0, .. Encoding.ASCII.GetBytes(header), 5, 6]);

        using TensorDictionary weights = WeightFile.Load(folder.File("a.pth"));

        Assert.Equal([5, 6], weights["a"].data<byte>().ToArray());
    }

    [Fact]
    public void A_missing_file_and_a_folder_cannot_be_read()
    {
        using var folder = new TemporaryDirectory();

        Assert.All((string[])[folder.File("none.pth"), folder.Path], path => Assert.StartsWith(
            $"Cannot read `{path}`: ", Assert.Throws<CheckpointException>(() => WeightFile.Load(path)).Message, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<!DOCTYPE html>")]
    public void Other_files_are_rejected_by_name(string? content)
    {
        using var folder = new TemporaryDirectory();
        string path = folder.File("weights.pth");
        if (content is not null)
        {
            File.WriteAllText(path, content);
        }

        Assert.Contains("weights.pth", Assert.Throws<CheckpointException>(() => WeightFile.Load(path)).Message, StringComparison.Ordinal);
    }
}
