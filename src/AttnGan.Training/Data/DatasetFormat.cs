namespace AttnGan.Training.Data;

/// <summary>How a folder ties captions to images.</summary>
public enum DatasetFormat
{
    /// <summary>
    /// A <c>metadata.jsonl</c> at the root: one JSON object a line with <c>file_name</c> and <c>text</c> or <c>captions</c>.
    /// </summary>
    Metadata,

    /// <summary>Beside each image a <c>.txt</c> file of the same name: one caption a line.</summary>
    Sidecar,

    /// <summary>
    /// Caltech-UCSD Birds as the published code has it: <c>CUB_200_2011/</c> with images and bounding boxes, <c>text/</c> with
    /// captions, and <c>train/</c> and <c>test/</c> with pickles of names and classes.
    /// </summary>
    Cub,

    /// <summary>
    /// COCO as the published code has it, and other data in that layout: <c>images/</c>, <c>text/</c>, and <c>train/</c> and
    /// <c>test/</c> with pickles of names.
    /// </summary>
    Coco,

    /// <summary>COCO as it is published: <c>annotations/captions_*.json</c> and folders of images.</summary>
    CocoJson,
}
