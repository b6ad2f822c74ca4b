namespace SensorGrid.Readings.Catalogue;

/// <summary>A file of a catalogue or rule folder.</summary>
/// <param name="Path">Path inside the folder, with '/'.</param>
/// <param name="Text">Content.</param>
public sealed record SourceFile(string Path, string Text);
