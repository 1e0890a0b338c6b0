# http.pl <[host]:port> <folder> <true|false>: the HTTP endpoint of the stand-in, see http.sh.
use strict;
use warnings;
use IO::Socket::INET;

my ($address, $folder, $metrics) = @ARGV;
my ($host, $port) = $address =~ /^(.*):(\d+)$/ or die "no port in $address\n";
my $server = IO::Socket::INET->new(
    LocalAddr => $host || '0.0.0.0', LocalPort => $port, Listen => 16, ReuseAddr => 1,
) or die "can't bind HTTP endpoint $address: $!\n";

while (my $client = $server->accept) {
    my ($path) = (<$client> // '') =~ m{^GET (\S+) };
    while (my $line = <$client>) { last if $line =~ /^\r?\n/ }
    my ($status, $body) = -e "$folder/ready" ? ('200 OK', '') : ('503 Service Unavailable', "repo is not ready\n");
    if (($path // '') eq '/metrics' and $metrics eq 'true') {
        ($status, $body) = ('200 OK', '');
        if (open my $file, '<', "$folder/metrics") { local $/; $body = <$file> }
    }
    printf $client "HTTP/1.0 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", $status, length $body, $body;
    close $client;
}
