<?php
/**
 * @package ClosteSync
 */

declare(strict_types=1);

namespace ClosteSync\Cli;

use ClosteSync\Container;
use ClosteSync\Ledger\Database_Exception;
use ClosteSync\Log\Reason;

/**
 * Adds `wp closte` and what is below it.
 */
final class Commands {

	/**
	 * What the log gives as the reason for what a command does; by hand where none is given.
	 */
	private const REASONS = array(
		'closte run'          => Reason::Run,
		'closte watch'        => Reason::Run,
		'closte domain retry' => Reason::Retry,
		'closte sync'         => Reason::Sync,
	);

	public function __construct( private readonly Container $services ) {}

	/**
	 * Adds the commands. Called only where WP-CLI runs.
	 */
	public function register(): void {
		$change   = new Domain_Change_Command( $this->services );
		$commands = array(
			'closte'               => new Closte_Command( $this->services ),
			'closte key'           => new Key_Command( $this->services ),
			'closte domain'        => new Domain_Command( $this->services ),
			'closte domain add'    => array( $change, 'add' ),
			'closte domain remove' => array( $change, 'remove' ),
			'closte domain retry'  => array( $change, 'retry' ),
			'closte sync'          => new Sync_Command( $this->services ),
			'closte adopt'         => new Adopt_Command( $this->services ),
			'closte run'           => new Run_Command( $this->services ),
			'closte check'         => new Check_Command( $this->services ),
			'closte watch'         => new Watch_Command( $this->services ),
			'closte identity'      => new Identity_Command( $this->services ),
			'closte doctor'        => new Doctor_Command( $this->services ),
			'closte log'           => new Log_Command( $this->services ),
		);
		foreach ( $commands as $name => $command ) {
			\WP_CLI::add_command( $name, $command, array( 'before_invoke' => fn() => $this->prepare( $name ) ) );
		}
	}

	private function prepare( string $name ): void {
		self::expect_database_trouble();
		$this->services->audit_context()->begin( self::REASONS[ $name ] ?? Reason::ByHand );
		if ( $this->services->table_repair()->repair() ) {
			Terminal::warn( __( 'The table of this network’s domains was missing and has been created again. It is filled again automatically.', 'closte-sync' ) );
			Terminal::hint( __( 'fill it now: wp closte sync', 'closte-sync' ) );
		}
	}

	/**
	 * A database that fails is an error of the command like any other, not a crash of the site.
	 */
	private static function expect_database_trouble(): void {
		$before = set_exception_handler(
			static function ( \Throwable $e ) use ( &$before ): void {
				if ( $e instanceof Database_Exception ) {
					/* translators: %s: message of the database */
					Terminal::fail( sprintf( __( 'The list of domains cannot be read or written: %s', 'closte-sync' ), $e->getMessage() ), __( 'make sure that the database can be reached and written to', 'closte-sync' ) );
				}
				if ( null !== $before ) {
					$before( $e );
				}
				throw $e;
			}
		);
	}
}
