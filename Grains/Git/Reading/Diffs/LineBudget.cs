namespace Granary.Grains.Git.Reading.Diffs;

/// <summary>How many lines a diff may still show.</summary>
internal sealed class LineBudget(int lines, int linesPerFile, int bytesPerFile)
{
    private int _lines = lines;
    private int _fileLines;
    private int _fileBytes;

    /// <summary>The same for the next file.</summary>
    public LineBudget ForFile()
    {
        (_fileLines, _fileBytes) = (linesPerFile, bytesPerFile);
        return this;
    }

    /// <summary>Lines of a file that was compared with another budget.</summary>
    public void Charge(int lines) => _lines = Math.Max(0, _lines - lines);

    /// <returns>False: there is no room for the line, nor for any after it in this file.</returns>
    public bool TryTake(int bytes)
    {
        if (_lines == 0 || _fileLines == 0 || bytes > _fileBytes)
        {
            _fileLines = 0;
            return false;
        }

        _lines--;
        _fileLines--;
        _fileBytes -= bytes;
        return true;
    }
}
