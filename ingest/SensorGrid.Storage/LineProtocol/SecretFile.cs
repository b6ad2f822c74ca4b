namespace SensorGrid.Storage.LineProtocol;

/// <summary>A secret that an operator, or a secret store, keeps in a file.</summary>
internal static class SecretFile
{
    // Editors and echo end the file with a line end, which is no part of the secret.
    public static string Read(string path) => File.ReadAllText(path).Trim();
}
