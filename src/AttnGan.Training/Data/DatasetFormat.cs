namespace AttnGan.Training.Data;

/// <summary>A layout of a dataset's folder. Each reader in <c>Data/Readers</c> defines the one that it reads.</summary>
/// <param name="Name">Short name in lower case, such as <c>metadata</c>.</param>
/// <param name="Description">One line for reports.</param>
/// <param name="UsesSplitLists">
/// True if lists at the root (<c>train.txt</c>, <c>validation.txt</c>, <c>test.txt</c>) define the split; false if the format has its
/// own split.
/// </param>
public sealed record DatasetFormat(string Name, string Description, bool UsesSplitLists);
