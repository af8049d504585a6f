using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace AttnGan.Benchmarks;

/// <summary>
/// The published architecture in PyTorch, in a separate process (<c>bench/pytorch/attngan_pytorch.py serve</c>). It is idle except during
/// a call, so that a benchmark can take turns with it, round by round, under the same conditions.
/// </summary>
internal sealed class PyTorchPeer : IDisposable
{
    /// <summary>Instead of a folder: random weights of the published size for birds.</summary>
    public const string RandomWeights = "random";

    private const string Script = "bench/pytorch/attngan_pytorch.py";
    private const string Installer = "bench/pytorch/install.sh";

    private readonly string _python;
    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly string _exchange = Directory.CreateTempSubdirectory("attngan-peer-").FullName;

    /// <summary>Starts PyTorch and waits until it has loaded the weights.</summary>
    /// <param name="weights">A folder with <c>text_encoder.pth</c> and <c>netG.pth</c>, or <see cref="RandomWeights"/>.</param>
    /// <param name="threads">Threads of PyTorch.</param>
    /// <param name="channelsLast">True to keep the generator in the NHWC memory format, which is faster on CPUs.</param>
    /// <param name="python">A Python with PyTorch; by default the system's, for which the installer is.</param>
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
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
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

    /// <summary>Times a forward pass of text encoder and generator within the process, without the exchange of messages.</summary>
    /// <param name="batch">B: batch size.</param>
    /// <param name="words">T: words of each caption.</param>
    /// <returns>Milliseconds for the whole batch.</returns>
    public double Time(int batch, int words) => Ask(new { batch, words }).GetProperty("ms").GetDouble();

    /// <summary>Times a training step of discriminators and generator on random images within the process.</summary>
    /// <param name="batch">B: batch size, at least 2.</param>
    /// <param name="words">T: words of each caption.</param>
    public PyTorchStep Step(int batch, int words)
    {
        JsonElement answer = Ask(new { step = batch, words });
        return new PyTorchStep(
            answer.GetProperty("ms").GetDouble(),
            answer.GetProperty("parameters").EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt64()));
    }

    /// <summary>Generates images from captions and noise.</summary>
    /// <param name="captions">Word IDs of B captions.</param>
    /// <param name="noise">z: (B, Z).</param>
    /// <param name="conditionNoise">epsilon of conditioning augmentation: (B, C).</param>
    /// <returns>(B, 3, S, S) in [-1, 1] for each stage, first to last.</returns>
    public IReadOnlyList<float[]> Generate(IReadOnlyList<int[]> captions, float[] noise, float[] conditionNoise)
    {
        string result = Path.Combine(_exchange, "images.bin");
        JsonElement answer = Ask(new
        {
            generate = new
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

    /// <summary>Returns the version, the threads and the peak memory of the process.</summary>
    public PyTorchInfo Info()
    {
        JsonElement answer = Ask(new { info = true });
        return new PyTorchInfo(
            answer.GetProperty("torch").GetString()!,
            answer.GetProperty("threads").GetInt32(),
            answer.GetProperty("peak_bytes").GetInt64());
    }

    /// <summary>Stops the process.</summary>
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
            // It never started, or ended while a message was being sent.
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
            $"{Script} not found above {AppContext.BaseDirectory}; run the benchmarks from a checkout of the repository.");
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
                $"Cannot start {_python} ({exception.Message}); on Debian, {Installer} installs it with PyTorch.", exception);
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
            ? throw new AttnGanException($"PyTorch failed: {error.GetString()}")
            : answer;
    }

    private AttnGanException Ended()
    {
        _process.WaitForExit();
        string errors;
        lock (_errors)
        {
            errors = _errors.ToString().Trim();
        }

        return errors.Contains("No module named 'torch'", StringComparison.Ordinal)
            ? new AttnGanException($"{_python} has no PyTorch; {Installer} installs it from Debian's packages.")
            : new AttnGanException($"PyTorch exited with code {_process.ExitCode}:{Environment.NewLine}{errors}");
    }

    private string Write(string name, float[] values)
    {
        string path = Path.Combine(_exchange, name);
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<float>(values));
        return path;
    }
}

/// <summary>Information about a PyTorch process.</summary>
/// <param name="Version">PyTorch's version.</param>
/// <param name="Threads">Number of threads.</param>
/// <param name="PeakBytes">Peak memory so far, in bytes.</param>
internal sealed record PyTorchInfo(string Version, int Threads, long PeakBytes);

/// <summary>A training step in PyTorch.</summary>
/// <param name="Milliseconds">Duration.</param>
/// <param name="Parameters">Number of parameters by network: <c>generator</c>, and discriminators by the side of their images.</param>
internal sealed record PyTorchStep(double Milliseconds, IReadOnlyDictionary<string, long> Parameters);
