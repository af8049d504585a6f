namespace AttnGan.Training.Formats.Pickle;

/// <summary>
/// Detects and repairs pickles of protocol 0, which is text, that were copied in text mode, which changes LF to CR LF. Python then
/// fails or, worse, returns strings that end in CR. Undamaged files have no CR: protocol 0 escapes it.
/// </summary>
/// <param name="AreSuspicious">True if every LF follows a CR.</param>
/// <param name="AreRepairable">True if the file is also certainly text.</param>
internal readonly record struct PickleLineEnds(bool AreSuspicious, bool AreRepairable)
{
    public static PickleLineEnds Inspect(ReadOnlySpan<byte> data)
    {
        bool anyLineFeed = false;
        bool isText = true;
        for (int index = 0; index < data.Length; index++)
        {
            byte value = data[index];
            if (value == (byte)'\n')
            {
                anyLineFeed = true;
                if (index == 0 || data[index - 1] != (byte)'\r')
                {
                    return default;
                }
            }

            // Protocols from 1 on store small numbers as bytes; from 2 on they start with 0x80.
            isText &= value >= 0x20 || value is (byte)'\n' or (byte)'\r' or (byte)'\t';
        }

        return new(anyLineFeed, anyLineFeed && isText && data[0] != (byte)PickleOpcode.Proto);
    }

    public static byte[] Repair(ReadOnlySpan<byte> data)
    {
        byte[] repaired = new byte[data.Length];
        int length = 0;
        for (int index = 0; index < data.Length; index++)
        {
            if (data[index] != (byte)'\r' || index + 1 == data.Length || data[index + 1] != (byte)'\n')
            {
                repaired[length++] = data[index];
            }
        }

        return repaired[..length];
    }
}
