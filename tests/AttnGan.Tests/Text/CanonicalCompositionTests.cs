using AttnGan.Text;

namespace AttnGan.Tests.Text;

public sealed class CanonicalCompositionTests
{
    // Hangul syllables are computed (Unicode Standard, section 3.12): 19 leads, 21 vowels, 27 tails.
    [Fact]
    public void Leads_and_vowels_of_Hangul_compose_within_their_ranges_alone()
    {
        for (int lead = 0x10FF; lead <= 0x1113; lead++)
        {
            for (int vowel = 0x1160; vowel <= 0x1176; vowel++)
            {
                bool composes = lead is >= 0x1100 and <= 0x1112 && vowel is >= 0x1161 and <= 0x1175;
                string expected = composes
                    ? $"{(char)(0xAC00 + ((((lead - 0x1100) * 21) + vowel - 0x1161) * 28))}"
                    : $"{(char)lead}{(char)vowel}";
                Assert.Equal(expected, CanonicalComposition.Apply($"{(char)lead}{(char)vowel}"));
            }
        }
    }

    [Fact]
    public void A_tail_joins_syllables_without_one()
    {
        for (int tail = 0x11A7; tail <= 0x11C3; tail++)
        {
            bool composes = tail is >= 0x11A8 and <= 0x11C2;
            foreach (char syllable in "가\uAC1C히")
            {
                string expected = composes ? $"{(char)(syllable + tail - 0x11A7)}" : $"{syllable}{(char)tail}";
                Assert.Equal(expected, CanonicalComposition.Apply($"{syllable}{(char)tail}"));
            }

            // It has a tail already, or is no syllable.
            Assert.Equal($"각{(char)tail}", CanonicalComposition.Apply($"각{(char)tail}"));
            Assert.Equal($"\uD7A4{(char)tail}", CanonicalComposition.Apply($"\uD7A4{(char)tail}"));
        }
    }
}
