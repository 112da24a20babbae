<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Diagnosis\Activation_Check;
use ClosteSync\Diagnosis\Connection_Check;
use ClosteSync\Diagnosis\Domain_Check;
use ClosteSync\Diagnosis\Extension_Check;
use ClosteSync\Diagnosis\Finding;
use ClosteSync\Diagnosis\Identity_Check;
use ClosteSync\Diagnosis\Key_Check;
use ClosteSync\Diagnosis\Login_Check;
use ClosteSync\Diagnosis\Mapping_Check;
use ClosteSync\Diagnosis\Network_Check;
use ClosteSync\Diagnosis\Php\Facts_Reader;
use ClosteSync\Diagnosis\Plugin_Check;
use ClosteSync\Diagnosis\Severity;
use ClosteSync\Diagnosis\Target_Check;
use ClosteSync\Extension\Extension_Watch;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Ledger\State;
use ClosteSync\Settings\Settings;
use ClosteSync\Text\Error_Text;
use WP_CLI\Formatter;

/**
 * Finds out what is wrong.
 */
final class Doctor_Command {

	private const FIELDS = array( 'check', 'status', 'message', 'advice' );

	public function __construct( private readonly Container $services ) {}

	/**
	 * Checks the integration and says what to do about problems.
	 *
	 * Checks the extension (here, and what the web server’s PHP has noted), the key, the connection to Closte, whether the integration is on, the clock, background runs and the network's domains; for a domain, also whether it is recorded and in which state, whether Closte has it, where it points, whether its CAA records allow a certificate, and which certificate is served. Changes nothing.
	 *
	 * Ends with status 1 when a check finds an error.
	 *
	 * ## OPTIONS
	 *
	 * [<domain>]
	 * : A domain to check, too.
	 *
	 * [--fields=<fields>]
	 * : Shows only these fields, separated by commas: check, status, message, advice.
	 *
	 * [--format=<format>]
	 * : The output format.
	 * ---
	 * default: text
	 * options:
	 *   - text
	 *   - table
	 *   - json
	 *   - csv
	 *   - yaml
	 * ---
	 *
	 * ## EXAMPLES
	 *
	 *     $ wp closte doctor shop.example.com
	 *     ok       PHP extension: The PHP extension closte 0.2.0 is loaded.
	 *     ok       API key: The API key ••••••••7f3a comes from …
	 *     ok       Connection to Closte: Closte answers and accepts the key (94 ms).
	 *     …
	 *     error    DNS: shop.example.com points to 192.0.2.7, which is not …
	 *
	 *     # For a monitoring system
	 *     $ wp closte doctor --format=json
	 *
	 * @param list<string>          $args       Positional arguments.
	 * @param array<string, string> $assoc_args Options.
	 */
	public function __invoke( array $args, array $assoc_args ): void {
		Word_Option::expect_output( $assoc_args, array( 'text', 'table', 'json', 'csv', 'yaml' ), self::FIELDS );
		$is_text  = 'text' === $assoc_args['format'];
		$findings = array();
		( new Extension_Watch( $this->services->extension() ) )->look( Facts_Reader::read()->to_array() );
		foreach ( $this->checks( $args[0] ?? null ) as $finding ) {
			$findings[] = $finding;
			if ( $is_text ) {
				$this->say( $finding );
			}
		}
		if ( ! $is_text ) {
			( new Formatter( $assoc_args, self::FIELDS ) )->display_items(
				array_map( static fn( Finding $finding ): array => array_map( Terminal::clean( ... ), $finding->to_array() ), $findings )
			);
		}
		$errors   = $this->count( $findings, Severity::Error );
		$warnings = $this->count( $findings, Severity::Warning );
		if ( $errors > 0 ) {
			/* translators: %d: number of errors */
			Terminal::fail( sprintf( _n( '%d error found.', '%d errors found.', $errors, 'closte-sync' ), $errors ) );
		}
		if ( $is_text ) {
			\WP_CLI::success(
				0 === $warnings
					? __( 'No problems found.', 'closte-sync' )
					/* translators: %d: number of warnings */
					: sprintf( _n( 'No errors, %d warning.', 'No errors, %d warnings.', $warnings, 'closte-sync' ), $warnings )
			);
		}
	}

	/**
	 * @param ?string $domain A domain to check, too.
	 * @return iterable<Finding>
	 */
	private function checks( ?string $domain ): iterable {
		$connection   = new Connection_Check( $this->services->extension() );
		$is_connected = false;
		$here         = array();
		$php          = new Extension_Check( $this->services->extension(), time(), stand_in: $this->services->sources()->stand_in() );
		$extension    = $php->here();
		$key          = $connection->key();
		yield $extension;
		yield from $php->elsewhere();
		yield $key;
		$stored = $key->is_error() ? null : ( new Key_Check() )->run();
		if ( null !== $stored ) {
			yield $stored;
		}
		if ( ! $extension->is_error() && ! $key->is_error() ) {
			$proxy = $connection->proxy();
			if ( null !== $proxy ) {
				yield $proxy;
			}
			$finding      = $connection->connection();
			$is_connected = ! $finding->is_error();
			yield $finding;
		}
		$identity = ( new Identity_Check( $this->services->readiness() ) )->run();
		if ( null !== $identity ) {
			yield $identity;
		}
		yield from array_filter( array( ( new Plugin_Check( $this->services->readiness() ) )->run() ) );
		yield $this->integration();
		try {
			$network = new Network_Check(
				$this->services->ledger(),
				$this->services->ledger_search(),
				$this->services->scheduler(),
				$this->services->domain_names(),
				time()
			);
			yield $network->database();
			yield $network->clock( $this->services->database() );
			if ( ! $extension->is_error() ) {
				$here = ( new Target_Check( $this->services->extension() ) )->run();
				yield from $here;
			}
			yield $network->cron();
			yield from $this->optional_checks( $network );
			yield from $this->states( $domain );
			if ( null === $domain ) {
				yield $network->failed();
				yield $network->moved_away();
				yield $network->certificates();
				yield from array_filter( array( $network->retired() ) );
			} elseif ( ! $extension->is_error() ) {
				yield from (
					new Domain_Check( $this->services, $this->services->domain_names()->canonical( $domain ) )
				)->run( $is_connected, ! in_array( Target_Check::INTERCEPTED, array_column( $here, 'check' ), true ) );
			}
		} catch ( Database_Exception $e ) {
			yield new Finding(
				'ledger',
				__( 'List of domains', 'closte-sync' ),
				Severity::Error,
				$e->getMessage(),
				__( 'Make sure that the database can be reached and written to, then activate the plugin again.', 'closte-sync' )
			);
		} catch ( \Closte\ClosteException $e ) {
			yield new Finding( 'settings', __( 'Settings', 'closte-sync' ), Severity::Error, Error_Text::of( $e ) );
		}
	}

	/**
	 * Who must act: for one domain, or for how many.
	 *
	 * @return iterable<Finding>
	 */
	private function states( ?string $domain ): iterable {
		$hindrance = $this->services->readiness()->hindrance();
		$label     = __( 'State', 'closte-sync' );

		if ( null === $domain ) {
			$counts  = $this->services->ledger_search()->counts_by_state( $hindrance );
			$trouble = array_sum( array_map( static fn( State $state ): int => $counts[ $state->value ], State::troubled() ) );
			$texts   = array_map(
				static fn( State $state ): string => $state->label() . ': ' . number_format_i18n( $counts[ $state->value ] ),
				State::cases()
			);

			yield new Finding(
				'state',
				$label,
				$trouble > 0 ? Severity::Warning : Severity::Ok,
				implode( '; ', $texts ) . '.',
				$trouble > 0 ? 'wp closte domain list --state=' . implode( ',', array_column( State::troubled(), 'value' ) ) : ''
			);
			return;
		}

		$state = ( new Lookup( $this->services ) )->find( $domain )?->state( $hindrance );

		if ( null !== $state ) {
			yield new Finding(
				'state',
				$label,
				$state->is_troubled() ? Severity::Warning : Severity::Ok,
				/* translators: 1: state of a domain, 2: what that means, in a sentence */
				sprintf( __( 'At the last check: %1$s. %2$s', 'closte-sync' ), $state->label(), $state->description() )
			);
		}
	}

	/**
	 * What most networks never meet: told where it is so only.
	 *
	 * @return list<Finding>
	 * @throws Database_Exception When the database fails.
	 */
	private function optional_checks( Network_Check $network ): array {
		$findings = array(
			$network->settings(),
			$network->unreadable(),
			( new Activation_Check( $this->services->networks() ) )->run(),
			( new Mapping_Check( $this->services->database(), $this->services->sources() ) )->run(),
			Login_Check::of( $this->services )->run(),
		);

		return array_values( array_filter( $findings, static fn( Finding $finding ): bool => Severity::Ok !== $finding->severity ) );
	}

	private function integration(): Finding {
		$label = __( 'Integration', 'closte-sync' );
		return Settings::load()->enabled
			? new Finding( 'integration', $label, Severity::Ok, __( 'The integration is on.', 'closte-sync' ) )
			: new Finding( 'integration', $label, Severity::Error, __( 'The integration is off: changes are queued and not sent.', 'closte-sync' ), 'wp closte enable' );
	}

	private function say( Finding $finding ): void {
		$color = match ( $finding->severity ) {
			Severity::Ok      => '%G',
			Severity::Warning => '%Y',
			Severity::Error   => '%R',
			Severity::Skipped => '%K',
		};
		$text  = str_replace( '%', '%%', Terminal::clean( $finding->label . ': ' . $finding->message ) );
		\WP_CLI::line( \WP_CLI::colorize( $color . str_pad( $finding->severity->value, 9 ) . '%n' . $text ) );
		if ( '' !== $finding->advice ) {
			\WP_CLI::line( str_repeat( ' ', 9 ) . 'hint: ' . Terminal::clean( $finding->advice ) );
		}
		foreach ( $finding->lines as $line ) {
			\WP_CLI::line( str_repeat( ' ', 11 ) . Terminal::clean( $line ) );
		}
	}

	/**
	 * @param list<Finding> $findings What was found.
	 * @param Severity      $severity How bad.
	 */
	private function count( array $findings, Severity $severity ): int {
		return count( array_filter( $findings, static fn( Finding $finding ): bool => $severity === $finding->severity ) );
	}
}
