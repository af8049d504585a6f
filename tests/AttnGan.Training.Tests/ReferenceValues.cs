using AttnGan.Training.Checkpoints;
using AttnGan.Training.Formats.Safetensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AttnGan.Training.Tests;

/// <summary>
/// A file of values computed by the official implementation (Fixtures/PROVENANCE.md), with comparisons whose tolerances allow for another
/// order of summation.
/// </summary>
internal sealed class ReferenceValues : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly List<Tensor> _loaded = [];

    public ReferenceValues(string name)
    {
        set_num_threads(1);
        Name = name;
        _file = SafetensorsFile.Open(PathOf(name + ".safetensors"));
    }

    public string Name { get; }

    public IReadOnlyCollection<string> Names => _file.Names;

    public Tensor this[string name]
    {
        get
        {
            Tensor tensor = _file.Load(name);
            _loaded.Add(tensor);
            return tensor;
        }
    }

    public static string PathOf(string file) => Path.Combine(AppContext.BaseDirectory, "Fixtures", file);

    /// <summary>v[n, c, y, x] = 0.9 sin(0.7 (n + 1) + 1.3 c + 0.11 y + 0.05 (c + 1) x + 0.0007 x y + phase): (B, 3, S, S).</summary>
    public static Tensor FormulaImage(int batch, int size, double phase)
    {
        float[] pixels = new float[batch * 3 * size * size];
        int i = 0;
        for (int n = 0; n < batch; n++)
        {
            for (int c = 0; c < 3; c++)
            {
                for (int y = 0; y < size; y++)
                {
                    for (int x = 0; x < size; x++)
                    {
                        pixels[i++] = (float)(0.9 * Math.Sin(
                            0.7 * (n + 1) + 1.3 * c + 0.11 * y + 0.05 * (c + 1) * x + 0.0007 * x * y + phase));
                    }
                }
            }
        }

        return tensor(pixels, [batch, 3, size, size]);
    }

    /// <summary>Returns every <paramref name="step"/>th row and column.</summary>
    public static Tensor Every(int step, Tensor maps)
    {
        var some = TensorIndex.Slice(null, null, step);
        return maps[TensorIndex.Ellipsis, some, some];
    }

    public void LoadInto(nn.Module module, string prefix = "state.")
    {
        var state = Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))
            .ToDictionary(name => name[prefix.Length..], name => this[name]);
        ModuleState.Load(module, state, Name);
    }

    /// <summary>Asserts that each element is within 1e-4 + 1e-4 |expected|.</summary>
    public void AssertClose(string name, Tensor actual, double tolerance = 1e-4)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = this[name].to(float64);
        Assert.Equal(expected.shape, actual.shape);
        double deviation = ((actual.detach().to(float64) - expected).abs() / (1 + expected.abs())).max().item<double>();
        AssertWithin(name, deviation, tolerance);
    }

    /// <summary>Asserts that the norm of the difference is at most a fraction of the norm.</summary>
    public void AssertCloseInNorm(string name, Tensor? actual, double tolerance = 1e-3)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor expected = this[name].to(float64);
        Assert.NotNull(actual);
        Assert.Equal(expected.shape, actual.shape);
        double size = expected.norm().item<double>();
        double deviation = (actual.detach().to(float64) - expected).norm().item<double>();
        AssertWithin(name, size > 0 ? deviation / size : deviation, tolerance);
    }

    /// <summary>Compares mean, standard deviation and sum of absolute values of a tensor.</summary>
    public void AssertStatistics(string name, Tensor actual)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor x = actual.detach().to(float64);
        AssertClose(name, stack([x.mean(), (x - x.mean()).square().mean().sqrt(), x.abs().sum()]));
    }

    /// <summary>Compares the gradients of a module, or their norms if the file contains only norms.</summary>
    public void AssertGradients(nn.Module module, string prefix, Func<string, double>? tolerance = null)
    {
        int whole = 0;
        int norms = 0;
        foreach ((string name, Parameter? parameter) in module.named_parameters())
        {
            using DisposeScope scope = NewDisposeScope();
            double bound = tolerance?.Invoke(name) ?? 1e-3;
            if (Names.Contains(prefix + name))
            {
                AssertCloseInNorm(prefix + name, parameter.grad, bound);
                whole++;
            }

            if (Names.Contains(prefix + "l2." + name))
            {
                AssertCloseInNorm(prefix + "l2." + name, parameter.grad!.norm(), bound);
                norms++;
            }
        }

        Assert.InRange(int.Max(whole, norms), module.parameters().Count(), int.MaxValue);
    }

    /// <summary>Compares the buffers of a module.</summary>
    public void AssertBuffers(nn.Module module, string prefix)
    {
        string[] names = [.. Names.Where(name => name.StartsWith(prefix, StringComparison.Ordinal))];
        Assert.NotEmpty(names);
        Dictionary<string, Tensor> state = module.state_dict();
        foreach (string name in names)
        {
            AssertClose(name, state[name[prefix.Length..]]);
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        _loaded.ForEach(tensor => tensor.Dispose());
    }

    private void AssertWithin(string name, double deviation, double tolerance)
    {
        TestContext.Current.TestOutputHelper?.WriteLine($"{deviation:E1} {Name}/{name}");
        Assert.True(deviation <= tolerance, $"{Name}/{name} deviates by {deviation:E2}, allowed {tolerance:E2}");
    }
}
