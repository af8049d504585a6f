namespace AttnGan.Cli.Tests;

/// <summary>A run and its exported files, trained once for all tests of a class.</summary>
public sealed class TrainedModel : IDisposable
{
    public TrainedModel()
    {
        Workspace.Run(Workspace.Train()).HasExitCode(0);
        string[] card = ["--license", "CC0-1.0", "--description", "for tests"];
        Workspace.Run(["export", "run", "-o", "models/tiny.safetensors", .. card]).HasExitCode(0);
        Workspace.Run("export", "run", "-o", "models/tiny.onnx", "--license", "CC0-1.0").HasExitCode(0);
    }

    internal Workspace Workspace { get; } = new();

    public void Dispose() => Workspace.Dispose();
}
