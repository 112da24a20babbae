<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Tests;

/** What `wp help closte …` says. */
final class Help_Test extends Cli_Test_Case {

	private const DOMAIN = 'shop.example.com';

	private const WITHOUT_CONSTANT = '--exec=define( "CLOSTE_CLIENT_API_KEY", "" );';

	private ?Emulator_Stack $stack = null;

	private string $directory = '';

	/**
	 * What of the examples was run.
	 *
	 * @var array<string, true>
	 */
	private array $run = array();

	protected function tearDown(): void {
		$this->stack?->stop();
		if ( '' !== $this->directory ) {
			array_map( unlink( ... ), (array) glob( $this->directory . '/*' ) );
			rmdir( $this->directory );
		}
		parent::tearDown();
	}

	public function test_a_paragraph_is_one_line_so_that_it_is_wrapped_once(): void {
		foreach ( Help_Examples::docblocks() as $where => $text ) {
			$text = (string) preg_replace( array( '/^---\n.*?^---\n/ms', '/^@.*\z/ms' ), '', $text );
			self::assertDoesNotMatchRegularExpression( '/^(?![ #*\[<]|: )\S.*\n(?![ #*\[<]|: )\S/m', $text, $where );
			self::assertDoesNotMatchRegularExpression( '/^: .*\n[^\n]/m', $text, $where );
			self::assertDoesNotMatchRegularExpression( '/^    (?!\$ |# ).{75}/mu', $text, "$where: an example is too wide for a terminal" );
		}
	}

	public function test_each_option_is_described(): void {
		foreach ( Help_Examples::docblocks() as $where => $text ) {
			preg_match_all( '/^[\[<][^\n]*[\]>.]\n(.*)$/m', $text, $matches );
			foreach ( $matches[1] as $description ) {
				self::assertMatchesRegularExpression( '/^: [A-Z].*\.$/', $description, $where );
			}
		}
	}

	public function test_help_fits_80_columns(): void {
		$help = $this->wp_with( array( 'COLUMNS' => '80', 'PAGER' => 'cat' ), '', 'help', 'closte', 'domain', 'list' )->stdout;

		self::assertStringContainsString( 'Lists domains, those that need action first.', $help );
		foreach ( explode( "\n", $help ) as $line ) {
			self::assertLessThanOrEqual( 80, mb_strlen( $line ), $line );
		}
	}

	/**
	 * One story, in which each example comes where it fits.
	 */
	public function test_each_example_runs_and_prints_what_it_shows(): void {
		$this->prepare();

		$this->example( 'wp closte disable' );
		$this->succeed( 'closte', 'domain', 'add', self::DOMAIN );
		$this->example( 'wp closte enable' );
		$this->example( 'wp closte verify' );
		$this->stack->dns( self::DOMAIN, array( 'a' => array( '192.0.2.7' ) ) );
		$this->example( 'wp closte run' );
		$this->make_stale();
		$this->example( 'wp closte domain list' );
		$this->example( 'wp closte domain list --format=count' );
		$this->example( 'wp closte domain list --state=owner-must-act --fields=domain,problem' );
		$this->example( 'wp closte domain get shop.example.com --fields=state,problem,next_step' );
		$this->example( 'wp closte doctor shop.example.com', 1 );
		$this->example( 'wp closte doctor' );
		$this->example( 'wp closte doctor --format=json' );

		$this->stack->dns( self::DOMAIN, array( 'a' => array( $this->stack->address() ) ) );
		$this->example( 'wp closte watch shop.example.com' );
		$this->example( 'wp closte domain get shop.example.com --field=state' );
		$this->example( 'wp closte domain retry shop.example.com' );
		$this->example( 'wp closte check shop.example.com --fields=domain,dns,certificate,days_left' );

		$this->emulator->fault( array( 'kind' => 'reject', 'domain' => 'refused.example.com' ) );
		$this->closte( 'domain', 'add', 'refused.example.com' );
		$this->emulator->fault();
		$this->example( 'wp closte domain list --state=network-must-act,owner-must-act' );
		$this->example( 'wp closte domain retry $(wp closte domain list --stage=failed --format=ids)' );
		$this->example( 'wp closte log --since=2h --outcome=problems' );
		$this->example( 'wp closte log --since=today --outcome=added --format=count' );
		$this->example( 'wp closte log --since=1d --limit=0 --format=csv > closte.csv' );
		self::assertStringStartsWith( 'time,domain,', (string) file_get_contents( $this->directory . '/closte.csv' ) );
		$this->example( 'wp closte status' );
		$this->example( 'wp closte status --field=owner-must-act' );
		$this->example( 'wp closte status --format=json' );
		$this->example( 'wp closte status --format=openmetrics > closte.new && mv closte.new closte.prom' );
		self::assertStringEndsWith( "# EOF\n", (string) file_get_contents( $this->directory . '/closte.prom' ) );

		$this->example( "wp closte domain add '*.example.com'" );
		$this->example( "wp closte domain remove '*.example.com' --yes" );
		$this->emulator->set_domains( array( 'old.example.com' ) );
		$this->example( 'wp closte sync --dry-run' );
		$this->example( 'wp closte sync --prune --yes' );
		$this->example( 'wp closte adopt --all --dry-run' );
		$this->example( 'wp closte adopt old.example.com' );
		$this->succeed( 'closte', 'domain', 'remove', self::DOMAIN, '--yes' );
		$this->example( 'wp closte log --domain=shop.example.com --fields=time,action,by,reason' );
		$this->example( 'wp closte log --follow', 0, 'wp closte log --follow > followed & until grep -q removed followed; do kill -0 $! && sleep 0.1; done; kill -INT $!; wait $!' );
		$this->example( 'cd /srv/www && wp closte run --quiet', 0, 'cd ' . $this->env( 'wordpress' ) . ' && wp closte run --quiet' );

		$key = escapeshellarg( self::WITHOUT_CONSTANT ) . ' < ' . escapeshellarg( $this->directory . '/key' );
		$this->example( 'wp closte key set < /run/secrets/closte', 0, "wp closte key set $key" );
		$this->example( 'wp closte key set', 0, "wp closte key set $key" );
		$this->example( 'wp closte key status --field=source', 0, 'wp closte key status --field=source ' . escapeshellarg( self::WITHOUT_CONSTANT ) );
		$this->example( 'wp closte key delete --yes' );
		$this->pretend_to_be_a_copy();
		$this->example( 'wp closte identity --fields=part,status' );
		$this->example( 'wp closte identity copy --yes' );

		self::assertSame( array(), array_keys( array_diff_key( Help_Examples::all(), $this->run ) ), 'These examples are not run' );
	}

	/**
	 * @param string  $command   As the help shows it.
	 * @param ?string $runs      What is run for it; null: the same.
	 */
	private function example( string $command, int $status = 0, ?string $runs = null ): void {
		$places = Help_Examples::all()[ $command ] ?? null;
		self::assertNotNull( $places, "The help has no example \"$command\"." );

		$result = Cli_Result::of( array( 'sh', '-c', 'cd ' . escapeshellarg( $this->directory ) . "\n" . ( $runs ?? $command ) . ' 2>&1' ), '', array( 'PATH' => $this->directory . ':' . getenv( 'PATH' ), 'SHELL_PIPE' => '0', 'COLUMNS' => '80' ) );
		self::assertSame( $status, $result->status, "$command\n$result->stdout" );

		foreach ( $places as $shown ) {
			self::assertNull( Help_Examples::missing( $shown, $result->stdout ), "$command\n$result->stdout" );
		}

		$this->run[ $command ] = true;
	}

	private function prepare(): void {
		$this->directory = $this->env( 'dir' ) . '/examples';
		mkdir( $this->directory );
		file_put_contents( $this->directory . '/wp', sprintf( "#!/bin/sh\nexec %s %s \"\$@\"\n", escapeshellarg( dirname( __DIR__ ) . '/bin/wp' ), escapeshellarg( $this->env( 'name' ) ) ) );
		file_put_contents( $this->directory . '/key', $this->key() );
		chmod( $this->directory . '/wp', 0700 );
		$this->stack    = new Emulator_Stack( json_decode( (string) file_get_contents( (string) getenv( 'CLOSTE_ENV' ) ), true, 16, JSON_THROW_ON_ERROR ) );
		$this->emulator = $this->stack->emulator;
		$here           = $this->stack->address();
		$this->succeed( 'eval', "ClosteSync\\Settings\\Settings::load()->with( array( 'check_interval' => 10, 'targets' => array( '$here' ), 'www' => 'never' ) )->save();" );
	}

	/**
	 * The ledger says that a record leads elsewhere, and for long.
	 */
	private function make_stale(): void {
		$this->succeed( 'eval', 'global $wpdb; $wpdb->query( "UPDATE {$wpdb->base_prefix}closte_sync_domains SET stage_since = stage_since - 90000" );' );
		$this->succeed( 'closte', 'domain', 'retry', self::DOMAIN );
	}

	private function pretend_to_be_a_copy(): void {
		$this->succeed(
			'eval',
			'$parts = json_decode( hex2bin( explode( ":", get_network_option( 1, "closte_sync_identity" ) )[2] ), true );
			$json = wp_json_encode( array( "network" => "other.example/", "site" => "other.example/" ) + $parts );
			update_network_option( 1, "closte_sync_identity", "1:" . hash( "sha256", $json ) . ":" . bin2hex( $json ) );'
		);
	}
}
