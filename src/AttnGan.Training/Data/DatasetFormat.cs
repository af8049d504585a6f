namespace AttnGan.Training.Data;

/// <summary>How a folder ties captions to pictures.</summary>
public enum DatasetFormat
{
    /// <summary>
    /// A <c>metadata.jsonl</c> at the root: one JSON object a line with <c>file_name</c> and <c>text</c> or <c>captions</c>.
    /// </summary>
    Metadata,

    /// <summary>Beside each picture a <c>.txt</c> file of the same name: one caption a line.</summary>
    Sidecar,
}
