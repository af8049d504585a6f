using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats;
using AttnGan.Training.Formats.Safetensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests.Checkpoints;

public sealed class ModuleStateTests
{
    [Fact]
    public void Values_of_another_module_are_loaded()
    {
        using Sequential source = Network(3);
        using Sequential target = Network(3);
        ModuleState.Load(target, ModuleState.Collect(source, "net."), "test", "net.");

        Dictionary<string, Tensor> copied = target.state_dict();
        Assert.Equal(7, copied.Count);
        Assert.All(source.state_dict(), entry => Assert.Equal(entry.Value.bytes.ToArray(), copied[entry.Key].bytes.ToArray()));
        Assert.All(target.parameters(), parameter => Assert.True(parameter.requires_grad));
    }

    [Fact]
    public void Values_are_copied_rather_than_shared()
    {
        using Sequential source = Network(3);
        using Sequential target = Network(3);
        ModuleState.Load(target, ModuleState.Collect(source), "test");
        using (no_grad())
        {
            source.state_dict()["0.weight"].zero_();
        }

        using Tensor sum = target.state_dict()["0.weight"].abs().sum();
        Assert.NotEqual(0, sum.item<float>());
    }

    [Fact]
    public void All_differences_are_listed_and_nothing_is_copied()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Sequential module = Network(3);
        var tensors = ModuleState.Collect(module, "net.").ToDictionary(entry => entry.Key, entry => ones_like(entry.Value));
        var before = module.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.bytes.ToArray());
        tensors.Remove("net.0.bias");
        tensors["net.0.weight"] = ones(1, 2);
        tensors["net.1.running_mean"] = ones(3, dtype: int64);
        tensors["net.2.weight"] = ones(4);
        tensors["other.weight"] = ones(5);

        CheckpointException exception = Assert.Throws<CheckpointException>(
            () => ModuleState.Load(module, tensors, "weights.safetensors", "net."));

        Assert.Contains("`weights.safetensors`", exception.Message, StringComparison.Ordinal);
        Assert.Contains("(4 differences)", exception.Message, StringComparison.Ordinal);
        Assert.Contains("`net.0.bias` (3) is missing", exception.Message, StringComparison.Ordinal);
        Assert.Contains("`net.0.weight` has shape (1, 2), expected (3, 2)", exception.Message, StringComparison.Ordinal);
        Assert.Contains("`net.1.running_mean` has elements of type Int64, expected Float32", exception.Message, StringComparison.Ordinal);
        Assert.Contains("`net.2.weight` (4) is not part of the model", exception.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("other.weight", exception.Message, StringComparison.Ordinal);
        Assert.All(module.state_dict(), entry => Assert.Equal(before[entry.Key], entry.Value.bytes.ToArray()));
    }

    [Fact]
    public void Batch_counts_may_be_missing_and_half_precision_is_converted()
    {
        using TorchSharp.DisposeScope scope = NewDisposeScope();
        Sequential module = Network(3);
        var tensors = ModuleState.Collect(module)
            .Where(entry => !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key, entry => full_like(entry.Value, 0.5).to(float16));

        ModuleState.Load(module, tensors, "test");

        Assert.Equal([0.5f, 0.5f, 0.5f], module.state_dict()["0.bias"].data<float>().ToArray());
        Assert.Equal(ScalarType.Float32, module.state_dict()["0.bias"].dtype);
    }

    [Fact]
    public void Weights_are_saved_and_loaded_bit_for_bit()
    {
        using var folder = new TemporaryDirectory();
        using Sequential source = Network(3);
        using Sequential target = Network(3);
        string path = folder.File("net.safetensors");
        SafetensorsWriter.Write(path, ModuleState.Collect(source), new Dictionary<string, string>());
        using (var file = SafetensorsFile.Open(path))
        {
            using TensorDictionary tensors = file.LoadAll();
            ModuleState.Load(target, tensors, path);
        }

        Dictionary<string, Tensor> copied = target.state_dict();
        Assert.All(source.state_dict(), entry => Assert.Equal(entry.Value.bytes.ToArray(), copied[entry.Key].bytes.ToArray()));
    }

    private static Sequential Network(int width) => nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width));
}
