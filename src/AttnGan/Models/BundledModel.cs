namespace AttnGan.Models;

/// <summary>The model package that comes with the programs.</summary>
internal static class BundledModel
{
    /// <summary>Its path beside the running program. The file is missing if the program was built without it.</summary>
    public static string Path { get; } =
        System.IO.Path.Combine(AppContext.BaseDirectory, "models", $"emoji{ModelPackage.Extension}");
}
