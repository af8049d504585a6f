namespace AttnGan.Training.Data.Readers;

/// <summary>
/// Reads one data format. A reader adds problems to its <see cref="DatasetFolder"/> and goes on, so that all problems are reported
/// together; it decodes no image.
/// </summary>
internal interface IDatasetReader
{
    DatasetFormat Format { get; }

    /// <summary>Returns true if the folder has this format, judging by its files and never by its name.</summary>
    bool Recognizes();

    /// <summary>Reads the images with their captions and, if the format has one, their split.</summary>
    ReaderResult Read();
}
