using TorchSharp;

namespace AttnGan.Training.Tests.Torch;

/// <summary>libtorch loads on systems with a libstdc++ older than GCC 13 (eng/NativeCompatibility.targets).</summary>
public sealed class NativeLibraryTests
{
    [Fact]
    public void Libtorch_loads_and_computes_on_this_system()
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Assert.Equal(4f, torch.ones(2, 2).sum().item<float>());
    }

    [Fact]
    public void The_output_contains_native_libraries_of_one_platform_only()
    {
        string[] libraries =
        [
            .. Directory.EnumerateFiles(AppContext.BaseDirectory, "*LibTorchSharp*", SearchOption.AllDirectories)
                .Where(file => Path.GetExtension(file) is ".so" or ".dll" or ".dylib"),
        ];
        Assert.Equal(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar), Path.GetDirectoryName(Assert.Single(libraries)));
    }
}
