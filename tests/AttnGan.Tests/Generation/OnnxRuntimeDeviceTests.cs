using AttnGan.Generation;
using AttnGan.Inference;

namespace AttnGan.Tests.Generation;

public sealed class OnnxRuntimeDeviceTests
{
    [Theory]
    [InlineData("cpu", true)]
    [InlineData("cuda", true)]
    [InlineData("cuda:1", true)]
    [InlineData("coreml", true)]
    [InlineData("coreml:1", false)]
    [InlineData("cpu:0", false)]
    [InlineData("cuda:", false)]
    [InlineData("cuda:-1", false)]
    [InlineData("cuda:1:2", false)]
    [InlineData("CUDA", false)]
    [InlineData("", false)]
    public void Names_of_devices_are_recognized(string name, bool isDevice) => Assert.Equal(isDevice, OnnxRuntimeDevice.IsName(name));

    [Fact]
    public void The_processor_changes_no_options()
    {
        var options = new PipelineOptions { Engine = InferenceEngine.Fused };

        Assert.Same(options, OnnxRuntimeDevice.Apply(options, OnnxRuntimeDevice.Cpu));
    }

    [Fact]
    public void A_device_that_the_native_library_lacks_is_named_with_those_it_has()
    {
        string message = Assert.Throws<AttnGanException>(() => OnnxRuntimeDevice.Apply(new PipelineOptions(), "cuda:1")).Message;

        Assert.StartsWith(
            "The ONNX Runtime of this program has no device `cuda:1` (CUDAExecutionProvider), only ", message, StringComparison.Ordinal);
        Assert.Contains("CPUExecutionProvider", message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_built_in_engine_has_no_other_device() =>
        Assert.Contains(
            "`fused` computes on the processor only",
            Assert.Throws<AttnGanException>(
                () => OnnxRuntimeDevice.Apply(new PipelineOptions { Engine = InferenceEngine.Fused }, "cuda")).Message,
            StringComparison.Ordinal);

    [Fact]
    public void A_missing_native_library_is_explained()
    {
        var missing = new DllNotFoundException("Unable to load shared library 'onnxruntime'. In order to help\nmore");

        string message = Assert.Throws<AttnGanException>(
            () => OnnxRuntimeLibrary.Call<int>(() => throw new TypeInitializationException("NativeMethods", missing))).Message;

        Assert.StartsWith(
            "ONNX Runtime's native library is missing (Unable to load shared library 'onnxruntime'). Add a package that contains it",
            message,
            StringComparison.Ordinal);
        Assert.Throws<TypeInitializationException>(
            () => OnnxRuntimeLibrary.Call<int>(() => throw new TypeInitializationException("Other", new InvalidOperationException())));
    }
}
