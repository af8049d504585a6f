namespace AttnGan.Training.Formats.Pickle;

/// <summary>
/// Protocol 0 is text, and transfers in text mode make CR LF of its LF. Python then fails or, worse, returns texts that end in CR.
/// Intact files have no CR: protocol 0 writes it as an escape.
/// </summary>
/// <param name="AreSuspicious">Every LF follows a CR.</param>
/// <param name="AreRepairable">Suspicious, and surely text.</param>
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

            // Protocols from 1 on have small numbers as bytes; from 2 on they begin with 0x80.
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
