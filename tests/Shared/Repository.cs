namespace AttnGan.Tests.Shared;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string BundledModel { get; } = Path.Combine(Root, "models", "emoji.onnx");

    private static string FindRoot()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "AttnGan.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException($"No AttnGan.slnx in any folder above {AppContext.BaseDirectory}.");
    }
}
