namespace AttnGan.Training.Data;

/// <summary>A format that <see cref="DatasetConverter"/> can write.</summary>
internal enum ConversionTarget
{
    Metadata,
    Sidecar,
    WebDataset,
    Parquet,
}
