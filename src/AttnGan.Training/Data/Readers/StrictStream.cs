namespace AttnGan.Training.Data.Readers;

/// <summary>
/// A file whose end is an error for single bytes: the library of Parquet takes the value that stands for it, -1, for a byte, and reads on.
/// It cannot be left to read what has not been checked: a range can be set that it must not seek beyond.
/// </summary>
internal sealed class StrictStream(Stream file) : Stream
{
    /// <summary>The range of bytes that can be sought.</summary>
    public (long Start, long End) Range { get; set; } = (0, long.MaxValue);

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position { get => file.Position; set => file.Position = value; }

    public override int ReadByte() => file.ReadByte() is >= 0 and int value ? value : throw new EndOfStreamException();

    public override int Read(byte[] buffer, int offset, int count) => file.Read(buffer, offset, count);

    public override int Read(Span<byte> buffer) => file.Read(buffer);

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        file.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        file.ReadAsync(buffer, offset, count, cancellationToken);

    public override long Seek(long offset, SeekOrigin origin) =>
        file.Seek(offset, origin) is var position && position >= Range.Start && position < Range.End
            ? position
            : throw new InvalidDataException("The file is damaged: it refers to bytes that are not of the column.");

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            file.Dispose();
        }

        base.Dispose(disposing);
    }
}
