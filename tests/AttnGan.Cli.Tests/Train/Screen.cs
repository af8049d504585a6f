using System.Globalization;

namespace AttnGan.Cli.Tests.Train;

/// <summary>A terminal that interprets the output of the live display: text, line breaks, cursor up and erase below.</summary>
internal sealed class Screen(int width)
{
    private readonly List<char[]> _lines = [Blank(width)];
    private int _row;
    private int _column;

    /// <summary>Number of characters that did not fit into their line and wrapped to the next.</summary>
    public int Wrapped { get; private set; }

    /// <summary>The visible lines without trailing spaces, and without empty lines at the end.</summary>
    public string[] Lines
    {
        get
        {
            string[] lines = [.. _lines.Select(line => new string(line).TrimEnd())];
            return lines[..(Array.FindLastIndex(lines, line => line.Length > 0) + 1)];
        }
    }

    public void Write(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '\u001b' when i + 1 < text.Length && text[i + 1] == '[':
                    int start = i + 2;
                    for (i = start; i < text.Length && !char.IsAsciiLetter(text[i]); i++)
                    {
                    }

                    if (i < text.Length)
                    {
                        Control(text[i], text[start..i]);
                    }

                    break;
                case '\u001b': // keypad modes, of one character
                    i++;
                    break;
                case '\r':
                    _column = 0;
                    break;
                case '\n':
                    _column = 0;
                    MoveDown();
                    break;
                case var character when !char.IsControl(character):
                    Put(character);
                    break;
            }
        }
    }

    private static char[] Blank(int width) => [.. Enumerable.Repeat(' ', width)];

    private void Control(char command, string argument)
    {
        if (command == 'A')
        {
            _row = Math.Max(0, _row - int.Parse(argument, CultureInfo.InvariantCulture));
        }
        else if (command == 'J' && argument.Length == 0)
        {
            Array.Fill(_lines[_row], ' ', _column, width - _column);
            _lines.RemoveRange(_row + 1, _lines.Count - _row - 1);
        }
    }

    private void Put(char character)
    {
        if (_column == width)
        {
            Wrapped++;
            _column = 0;
            MoveDown();
        }

        _lines[_row][_column++] = character;
    }

    private void MoveDown()
    {
        if (++_row == _lines.Count)
        {
            _lines.Add(Blank(width));
        }
    }
}
