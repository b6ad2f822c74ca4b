using SensorGrid.Ingest.Service.Definitions;

namespace SensorGrid.Ingest.Service.Tests.Definitions;

public sealed class DefinitionFolderTests : IDisposable
{
    private readonly string path = Directory.CreateTempSubdirectory("sensorgrid-definitions-").FullName;

    [Fact]
    public void Files_that_are_known_to_be_usable_are_not_checked_again_and_changed_ones_are()
    {
        string file = Path.Combine(path, "city.yaml");
        File.WriteAllText(file, "domains: []\n");
        int checks = 0;
        var folder = new DefinitionFolder("catalogue", "catalogue.activate", path, _ =>
        {
            checks++;
            return [];
        });

        string known = folder.Load().Bundle.Hash;
        Assert.Equal((1, known), (checks, folder.Load(known).Bundle.Hash));
        File.WriteAllText(file, "domains: [] # changed\n");

        Assert.NotEqual(known, folder.Load(known).Bundle.Hash);
        Assert.Equal(2, checks);
    }

    public void Dispose() => Directory.Delete(path, recursive: true);
}
