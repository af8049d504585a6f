namespace AttnGan.Models;

/// <summary>The layout of a model repository as the Hugging Face Hub has it.</summary>
internal static class HubRepository
{
    /// <summary>The path of the model package in a repository.</summary>
    public const string PackageFile = "onnx/model.onnx";

    /// <summary>Returns the path of the package in a folder; null if it is not such a repository.</summary>
    public static string? PackageIn(string folder) =>
        Path.Combine(folder, PackageFile) is var file && File.Exists(file) ? file : null;
}
