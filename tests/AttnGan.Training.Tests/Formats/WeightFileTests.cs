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
            (string key, Tensor value) = Assert.Single(WeightFile.Load(folder.File(name)));
            Assert.Equal("conv.weight", key);
            Assert.True(value.equal(weights["conv.weight"]).all().item<bool>());
            value.Dispose();
        }
    }

    [Theory]
    [InlineData("legacy")]
    [InlineData("zip")]
    public void Both_formats_of_PyTorch_are_read(string format)
    {
        IReadOnlyDictionary<string, Tensor> weights = WeightFile.Load(ReferenceValues.PathOf($"torch_files/text_encoder_{format}.pth"));

        Assert.Contains("encoder.weight", weights.Keys);
        foreach (Tensor tensor in weights.Values)
        {
            tensor.Dispose();
        }
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
