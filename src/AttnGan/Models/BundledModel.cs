namespace AttnGan.Models;

/// <summary>The model packages that come with the programs, in the folder <c>models</c> beside the running one.</summary>
internal static class BundledModel
{
    private static readonly string s_folder = System.IO.Path.Combine(AppContext.BaseDirectory, "models");

    /// <summary>The path of the default model. The file is missing if the program was built without it.</summary>
    public static string Path { get; } = PathOf("emoji");

    /// <summary>The paths of all bundled models, sorted.</summary>
    public static IReadOnlyList<string> All => Directory.Exists(s_folder)
        ? [.. Directory.GetFiles(s_folder, $"*{ModelPackage.Extension}").Order(StringComparer.Ordinal)]
        : [];

    /// <summary>
    /// Returns the path of a bundled model for its name, such as <c>shapes</c>, that of the package in a <see cref="HubRepository"/>, and
    /// any other text as it is.
    /// </summary>
    /// <param name="model">A name or a path. An existing file or folder of that name is meant first.</param>
    public static string Resolve(string model) =>
        HubRepository.PackageIn(model) is { } package ? package
        : !System.IO.Path.Exists(model) && model == System.IO.Path.GetFileName(model) && File.Exists(PathOf(model)) ? PathOf(model) : model;

    private static string PathOf(string name) => System.IO.Path.Combine(s_folder, name + ModelPackage.Extension);
}
