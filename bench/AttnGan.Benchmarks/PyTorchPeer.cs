using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AttnGan.Benchmarks;

/// <summary>
/// The published architecture in PyTorch, in a process of its own (<c>bench/pytorch/attngan_pytorch.py serve</c>). It works only while
/// a call waits for it, so a benchmark can take turns with it, round by round, and both see the same machine.
/// </summary>
internal sealed class PyTorchPeer : IDisposable
{
    /// <summary>In place of a folder: random weights of the published size for birds.</summary>
    public const string RandomWeights = "random";

    private const string Script = "bench/pytorch/attngan_pytorch.py";
    private const string Installer = "bench/pytorch/install.sh";

    private readonly string _python;
    private readonly Process _process;
    private readonly StringBuilder _complaints = new();
    private readonly string _exchange = Directory.CreateTempSubdirectory("attngan-peer-").FullName;

    /// <summary>Starts PyTorch and waits until the weights are loaded.</summary>
    /// <param name="weights">A folder with <c>text_encoder.pth</c> and <c>netG.pth</c>, or <see cref="RandomWeights"/>.</param>
    /// <param name="threads">Threads of PyTorch.</param>
    /// <param name="channelsLast">Keep the generator in the NHWC memory format, where PyTorch's convolutions are faster.</param>
    /// <param name="python">A Python that has PyTorch; the system's, which the installer serves, by default.</param>
    public PyTorchPeer(string weights, int threads, bool channelsLast = false, string python = "/usr/bin/python3")
    {
        _python = python;
        string[] arguments =
        [
            Path.Combine(RepositoryRoot(), Script), "serve",
            "--weights", weights == RandomWeights ? weights : Path.GetFullPath(weights),
            "--threads", threads.ToString(CultureInfo.InvariantCulture),
            .. channelsLast ? (string[])["--channels-last"] : [],
        ];
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(python, arguments)
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
        };
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_complaints)
            {
                _complaints.AppendLine(line.Data);
            }
        };
        try
        {
            Start();
            Info();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Times one forward of text encoder and generator, measured over there: the exchange of messages is not in it.</summary>
    /// <param name="batch">B: captions.</param>
    /// <param name="words">T: words of each caption. Captions and noise are made before the clock starts.</param>
    /// <returns>Milliseconds for the whole batch.</returns>
    public double Time(int batch, int words) => Ask(new { batch, words }).GetProperty("ms").GetDouble();

    /// <summary>Times one training step of discriminators and generator on random images, measured over there.</summary>
    /// <param name="batch">B: images, at least 2.</param>
    /// <param name="words">T: words of each caption.</param>
    public PyTorchStep Step(int batch, int words)
    {
        JsonElement answer = Ask(new { step = batch, words });
        return new PyTorchStep(
            answer.GetProperty("ms").GetDouble(),
            answer.GetProperty("parameters").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt64()));
    }

    /// <summary>Draws captions from given noise.</summary>
    /// <param name="captions">Word ids of B captions.</param>
    /// <param name="noise">z: (B, Z).</param>
    /// <param name="conditionNoise">epsilon of conditioning augmentation: (B, C).</param>
    /// <returns>(B, 3, S, S) in [-1, 1] of every stage, first to last.</returns>
    public IReadOnlyList<float[]> Draw(IReadOnlyList<int[]> captions, float[] noise, float[] conditionNoise)
    {
        string result = Path.Combine(_exchange, "images.bin");
        JsonElement answer = Ask(new
        {
            draw = new
            {
                ids = captions,
                noise = Write("noise.bin", noise),
                condition_noise = Write("condition-noise.bin", conditionNoise),
                @out = result,
            },
        });
        ReadOnlySpan<float> values = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(result));
        List<float[]> stages = [];
        foreach (JsonElement shape in answer.GetProperty("shapes").EnumerateArray())
        {
            int count = shape.EnumerateArray().Aggregate(1, (product, side) => product * side.GetInt32());
            stages.Add(values[..count].ToArray());
            values = values[count..];
        }

        return stages;
    }

    /// <summary>What the peer is, and how much memory it has taken so far.</summary>
    public PyTorchInfo Info()
    {
        JsonElement answer = Ask(new { info = true });
        return new PyTorchInfo(
            answer.GetProperty("torch").GetString()!,
            answer.GetProperty("threads").GetInt32(),
            answer.GetProperty("peak_bytes").GetInt64());
    }

    /// <summary>Ends the process.</summary>
    public void Dispose()
    {
        try
        {
            _process.StandardInput.Close();
            if (!_process.WaitForExit(TimeSpan.FromSeconds(5)))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException)
        {
            // It never started, or went away with a message half sent.
        }

        _process.Dispose();
        Directory.Delete(_exchange, recursive: true);
    }

    private static string RepositoryRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, Script)))
            {
                return folder;
            }
        }

        throw new AttnGanException(
            $"{Script} is in no folder above {AppContext.BaseDirectory}; run the benchmarks from a checkout of the repository.");
    }

    private void Start()
    {
        try
        {
            _process.Start();
            _process.BeginErrorReadLine();
        }
        catch (Win32Exception exception)
        {
            throw new AttnGanException(
                $"{_python} did not start ({exception.Message}); on Debian {Installer} installs it with PyTorch.", exception);
        }
    }

    private JsonElement Ask<T>(T command)
    {
        string? line;
        try
        {
            _process.StandardInput.WriteLine(JsonSerializer.Serialize(command));
            _process.StandardInput.Flush();
            line = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            line = null;
        }

        if (line is null)
        {
            throw Ended();
        }

        var answer = JsonElement.Parse(line);
        return answer.TryGetProperty("error", out JsonElement error)
            ? throw new AttnGanException($"PyTorch could not answer: {error.GetString()}")
            : answer;
    }

    private AttnGanException Ended()
    {
        _process.WaitForExit();
        string complaints;
        lock (_complaints)
        {
            complaints = _complaints.ToString().Trim();
        }

        return complaints.Contains("No module named 'torch'", StringComparison.Ordinal)
            ? new AttnGanException($"{_python} has no PyTorch; {Installer} installs it from Debian's packages.")
            : new AttnGanException($"PyTorch ended with exit code {_process.ExitCode}:{Environment.NewLine}{complaints}");
    }

    private string Write(string name, float[] values)
    {
        string path = Path.Combine(_exchange, name);
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>(values));
        return path;
    }
}

/// <summary>A PyTorch process.</summary>
/// <param name="Version">PyTorch's version.</param>
/// <param name="Threads">Its threads.</param>
/// <param name="PeakBytes">The most memory it has held so far.</param>
internal sealed record PyTorchInfo(string Version, int Threads, long PeakBytes);

/// <summary>A training step over there.</summary>
/// <param name="Milliseconds">What it took.</param>
/// <param name="Parameters">Of each network that learns: <c>generator</c>, and discriminators by their images' side.</param>
internal sealed record PyTorchStep(double Milliseconds, IReadOnlyDictionary<string, long> Parameters);
