namespace SensorGrid.ReadingLog.Files;

/// <summary>The folder of a log. Real, or a disk that a test lets fail. Every failure is an <see cref="IOException"/>.</summary>
public interface IReadingLogDirectory
{
    /// <summary>Where it is, for messages.</summary>
    string Path { get; }

    /// <summary>Takes the log for this writer until disposed.</summary>
    /// <exception cref="ReadingLogException">Somebody else has it.</exception>
    IDisposable Lock();

    /// <summary>Names of the files in it.</summary>
    IReadOnlyList<string> List();

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    IReadingLogFile OpenRead(string name);

    /// <summary>Opens a file for reading and writing, made when missing.</summary>
    IReadingLogFile OpenWrite(string name);

    /// <summary>Deletes a file; nothing happens when there is none.</summary>
    void Delete(string name);

    /// <summary>Gives a file another name, which no file has. Who has it open keeps it.</summary>
    void Rename(string name, string newName);

    /// <summary>Makes created, changed and deleted names durable.</summary>
    void Sync();
}
