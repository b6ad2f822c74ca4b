namespace SensorGrid.Ingest.Service.Warnings.Cap;

/// <summary>One element of a message as it stands: its name, where it is, its text, what is inside it.</summary>
/// <param name="Name">Local name.</param>
/// <param name="Path">Where it stands, e.g. <c>alert/info[2]/area/polygon</c>; numbered from the second of its name on.</param>
/// <param name="Line">Line in the message, from 1.</param>
internal sealed record CapElement(string Name, string Path, int Line)
{
    /// <summary>Its text without white space around it.</summary>
    public string Text { get; set; } = "";

    public List<CapElement> Children { get; } = [];

    public IEnumerable<CapElement> Named(string name) => Children.Where(child => child.Name == name);
}
