using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

// Rules over several datastreams: each datastream is asked by a condition of its own, which nobody sees, and the group listens to them all.
internal sealed partial class RuleBinder
{
    private sealed record Member(DatastreamDefinition Datastream, BoundRule Rule, int Detector);

    private void BindVote(VoteRule rule, List<DatastreamDefinition> matched)
    {
        var keys = new GroupKeys(catalogue, rule.By, rule.Domain);
        var groups = new SortedDictionary<string, List<Member>>(StringComparer.Ordinal);
        for (int detector = 0; detector < rule.Detectors.Count; detector++)
        {
            foreach (var member in MembersOf(rule, detector, matched))
            {
                foreach (string key in keys.Of(member.Datastream))
                {
                    if (!groups.TryGetValue(key, out var members))
                        groups.Add(key, members = []);
                    members.Add(member);
                }
            }
        }
        double fewest = rule.Votes.InOrder().First().Limit;
        bool any = false;
        foreach (var (key, members) in groups)
        {
            var voters = VotersOf(rule, members);
            if (voters.Distinct().Count() < fewest)
                continue;
            any = true;
            var scope = GroupScope(rule, key, members.Select(member => member.Datastream)) with { Limits = rule.Votes };
            take(new(
                [scope], null, scope.Gateway,
                Members: [.. members.Zip(voters, (member, voter) => new BoundMember(Hidden(member, key), rule.Detectors[member.Detector].At, voter))
                    .OrderBy(member => member.Voter).ThenBy(member => member.Rule.Scopes[0].Key, StringComparer.Ordinal)]));
        }
        if (!any)
            messages.Add(rule.Position.Warning($"rule '{rule.Id}' can never be raised: no group has as many votes as its lowest level takes"));
    }

    // The datastreams of one detector, each with what it is asked. Mistakes are told where the detector stands.
    private List<Member> MembersOf(VoteRule rule, int number, List<DatastreamDefinition> matched)
    {
        var detector = rule.Detectors[number];
        var asked = detector.Watch with
        {
            Id = rule.Id,
            Hash = rule.Hash,
            Domain = rule.Domain,
            Title = rule.Title,
            FreshnessTicks = rule.FreshnessTicks,
            // A silence ends when it ends: with a delay, the next silence would begin within it.
            OffDelayTicks = detector.Watch is DeadmanRule ? 0 : rule.WithinTicks,
            Hours = rule.Hours,
            Position = rule.Detectors.Count == 1 ? rule.Position : detector.Watch.Position,
        };
        ScopeCheck.NamesExist(asked with { Scope = detector.Scope }, catalogue, messages);
        var mine = datastreams.Matching(detector.Scope, matched);
        if (mine.Count == 0)
        {
            messages.Add(asked.Position.Warning($"rule '{rule.Id}' hears nothing here: no datastream of its scope matches this one"));
            return [];
        }
        // What the detector is bound to is the group's, and not handed over by itself.
        var members = new List<BoundRule>();
        Capture(members, asked, mine);
        var byKey = mine.ToDictionary(datastream => datastream.Key);
        return [.. members.Select(member => new Member(byKey[member.Datastream!.Value], member, number))];
    }

    // Several kinds of evidence have one vote each; one kind has as many as there are things that give it.
    private static List<int> VotersOf(VoteRule rule, List<Member> members)
    {
        if (rule.Detectors.Count > 1)
            return [.. members.Select(member => member.Detector)];
        var names = members.Select(member => rule.VotesOf == GroupKind.All
            ? member.Datastream.Id
            : GroupKeys.Of(member.Datastream, new(rule.VotesOf)) ?? member.Datastream.Id).ToList();
        var order = names.Distinct().Order(StringComparer.Ordinal).ToList();
        return [.. names.Select(name => order.BinarySearch(name, StringComparer.Ordinal))];
    }

    private static BoundRule Hidden(Member member, string group) =>
        member.Rule with { Scopes = [member.Rule.Scopes[0] with { Key = $"{group}|{member.Detector}|{member.Rule.Scopes[0].Key}" }] };

    // What all of a group have in common is what its alarm can name.
    private ConditionScope GroupScope(Rule rule, string key, IEnumerable<DatastreamDefinition> datastreams)
    {
        var all = datastreams.Distinct().ToList();
        var station = OnlyOne(all.Select(datastream => datastream.Station));
        string gateway = OnlyOne(all.Select(datastream => datastream.Key.Gateway)) ?? "";
        string? asset = OnlyOne(all.Select(datastream => datastream.Asset))?.Id;
        return Scope(rule, key, Subject(gateway, station, all.Count == 1 ? all[0].Key : null, asset)) with
        {
            Zone = rule is VoteRule { By.Kind: GroupKind.Zone } ? key : null,
        };
    }

    private static T? OnlyOne<T>(IEnumerable<T?> things)
        where T : class
    {
        var distinct = things.Distinct().Take(2).ToList();
        return distinct.Count == 1 ? distinct[0] : null;
    }
}
